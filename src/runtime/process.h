/* runtime/process.h - what the system says of this process, as the metrics that every Prometheus exporter has. */
#ifndef INNKEEPER_RUNTIME_PROCESS_H
#define INNKEEPER_RUNTIME_PROCESS_H

#include <stdint.h>

#include "base/buf.h"

/* The families process_*; `start_ms` is when the process began, by the wall clock. What the system does not tell is left out. */
void process_write(struct buf *out, int64_t start_ms);

#endif
