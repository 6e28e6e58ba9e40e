"""Readings in, a Markdown page out: medians, every run, ratios, commands, machine."""
import statistics


def cell(value, digits=0):
    return "" if value is None else f"{value:,.{digits}f}"


def median(readings, field):
    values = [r[field] for r in readings if r.get(field) is not None]
    return statistics.median(values) if values else None


LATENCY_AND_CPU = (("p50 µs", "p50", 0), ("p99 µs", "p99", 0), ("CPU µs each", "cpu", 1))


def quotient(a, b):
    """None where there is none: nothing was answered, or it took less than a tick."""
    return a / b if a is not None and b else None


class Table:
    """One row of the bench: cases (a setting each) with contestants, compared to the first one of each case."""

    def __init__(self, title, note, unit="requests/s", columns=LATENCY_AND_CPU, digits=0):
        self.title, self.note, self.unit, self.columns, self.digits = title, note, unit, columns, digits
        self.cases = {}
        self.commands = {}
        self.more = []  # tables of the same page

    def also(self, *args):
        self.more.append(Table(*args))
        return self.more[-1]

    def add(self, case, contestant, got):
        self.cases.setdefault(case, {}).setdefault(contestant, []).append(got)

    def command(self, contestant, words):
        self.commands.setdefault(contestant, " ".join(str(w) for w in words))

    def ratio(self, contestants, name):
        first = next(iter(contestants))
        if name == first:
            return ""
        return cell(quotient(median(contestants[first], "rate"), median(contestants[name], "rate")), 2)

    @staticmethod
    def summary(runs, field):
        return max(r[field] for r in runs) if field == "max" else median(runs, field)

    def lines(self):
        groups = any("group" in r for c in self.cases.values() for runs in c.values() for r in runs)
        ratios = any(len(contestants) > 1 for contestants in self.cases.values())
        head = ["case", "contestant", self.unit, "every run"]
        head += ["the case's first is × this"] if ratios else []
        head += [name for name, _, _ in self.columns]
        head += ["members a group", "groups, by their size up to"] if groups else []
        yield "| " + " | ".join(head) + " |"
        yield "|---|---|" + "--:|" * (len(head) - 2)
        for case, contestants in self.cases.items():
            for name, runs in contestants.items():
                row = [case, name, cell(median(runs, "rate"), self.digits),
                       " ".join(cell(r["rate"], self.digits) for r in runs)]
                row += [self.ratio(contestants, name)] if ratios else []
                row += [cell(self.summary(runs, field), digits) for _, field, digits in self.columns]
                row += runs[-1].get("group", ("", "")) if groups else []
                yield "| " + " | ".join(row) + " |"

    def markdown(self, facts, run_command, hide):
        out = [f"# {self.title}", "", self.note, ""]
        out += [f"- {name}: {value}" for name, value in facts]
        out += [f"- command: `{run_command}`", "", *self.lines(), ""]
        for table in self.more:
            out += [f"## {table.title}", "", table.note, "", *table.lines(), ""]
        out += ["Each contestant's command, as it was first given:", "```"]
        out += [f"{name}: {words}" for name, words in self.commands.items()]
        text = "\n".join(out) + "\n```\n"
        for path, name in hide:
            text = text.replace(path, name)
        return text
