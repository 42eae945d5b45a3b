/* threadpool.h - threads for the managed ThreadPool, which queues and schedules itself.
 *
 * A request lets one worker call the managed pool (method_pool_run_items), which
 * takes work items off the managed queues until they are empty.
 */
#ifndef LOADER_VM_THREADPOOL_H
#define LOADER_VM_THREADPOOL_H

#include <stdbool.h>
#include <stdint.h>

bool threadpool_request_worker(void);
bool threadpool_set_min(int32_t workers, int32_t io);
bool threadpool_set_max(int32_t workers, int32_t io);
void threadpool_get_min(int32_t *workers, int32_t *io);
void threadpool_get_max(int32_t *workers, int32_t *io);
void threadpool_get_available(int32_t *workers, int32_t *io);
/* True: this worker should go on; false: it should return to the pool. */
bool threadpool_work_item_done(void);
/* A worker says that it blocks or no longer does (ReportThreadStatus). */
void threadpool_report_status(bool working);

#endif
