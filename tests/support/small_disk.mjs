// A file system of a few MiB in a mount namespace of its own: it goes with the process that holds it.
import { execFile, spawn } from 'node:child_process';
import { makeFolder, removeFolder, within } from './innkeeper.mjs';

const IS_ROOT = process.getuid() === 0;

/** Mounts it, or says why that can not be done here: {disk} or {reason}. */
export async function mountSmallDisk(mebibytes) {
	const folder = makeFolder();
	const script = `mount -t tmpfs -o size=${mebibytes}m,mode=700 innkeeper "$0" && echo mounted && exec cat`;
	const holder = spawn('unshare', [IS_ROOT ? '-m' : '-rm', 'sh', '-c', script, folder], { stdio: ['pipe', 'pipe', 'pipe'] });
	let said = '';
	holder.stderr.setEncoding('utf8').on('data', text => { said += text; });
	const isMounted = await within(60000, 'mount', new Promise(resolve => {
		holder.stdout.once('data', () => resolve(true));
		holder.once('error', error => { said += error.message; resolve(false); });
		holder.once('exit', () => resolve(false));
	}));
	if (isMounted) return { disk: new SmallDisk(folder, holder) };
	removeFolder(folder);
	return { reason: said.trim() };
}

class SmallDisk {
	#holder;

	constructor(folder, holder) {
		this.folder = folder;
		this.#holder = holder;
		const user = IS_ROOT ? [] : ['-U', '--preserve-credentials'];
		this.prefix = ['nsenter', ...user, '-m', '-t', String(holder.pid), '--'];
	}

	#shell(script) {
		const [command, ...args] = [...this.prefix, 'sh', '-c', script, this.folder];
		return new Promise((resolve, reject) => execFile(command, args, { timeout: 60000 }, (error, out) => error ? reject(error) : resolve(out)));
	}

	/** Takes all the room that is left. */
	fill() { return this.#shell('cat /dev/zero >"$0/filler" 2>/dev/null; exec test -s "$0/filler"'); }

	/** Takes so much room. */
	take(mebibytes) { return this.#shell(`head -c ${mebibytes}M /dev/zero >"$0/filler"`); }

	/** Gives it back. */
	free() { return this.#shell('rm "$0/filler"'); }

	/** The names on it that begin so. */
	list(begin) { return this.#shell(`cd "$0" && ls -A | grep "^${begin}" || true`); }

	async unmount() {
		this.#holder.stdin.end();
		await within(60000, 'unmount', new Promise(resolve => this.#holder.once('exit', resolve)));
		removeFolder(this.folder);
	}
}
