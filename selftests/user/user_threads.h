/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Threads and RCU under the kernel's names, for tests of what is read while it
 * changes. A grace period is over when a lock that readers share could be had.
 */
#ifndef _HIP_USER_THREADS_H
#define _HIP_USER_THREADS_H

#include <pthread.h>
#include <sched.h>

#include "user_types.h"

typedef struct { int counter; } atomic_t;

#define atomic_fetch_inc(v) \
	__atomic_fetch_add(&(v)->counter, 1, __ATOMIC_RELAXED)

#define atomic_read(v)		READ_ONCE((v)->counter)

struct task_struct {
	pthread_t	thread;
	int		(*run)(void *arg);
	void		*arg;
	bool		stop;
};

/* hip_user_pause() does. */
extern bool user_pauses;

static __thread struct task_struct *user_current;
static pthread_rwlock_t user_rcu = PTHREAD_RWLOCK_INITIALIZER;

static inline void *user_thread(void *arg)
{
	user_current = arg;
	return (void *)(long)user_current->run(user_current->arg);
}

static inline struct task_struct *user_thread_new(int (*run)(void *), void *arg)
{
	struct task_struct *task = calloc(1, sizeof(*task));

	if (!task)
		return ERR_PTR(-1);
	task->run = run;
	task->arg = arg;
	if (pthread_create(&task->thread, NULL, user_thread, task)) {
		free(task);
		return ERR_PTR(-1);
	}
	return task;
}

#define kthread_run(run, arg, name, ...)	user_thread_new(run, arg)
#define kthread_should_stop()		READ_ONCE(user_current->stop)

static inline int kthread_stop(struct task_struct *task)
{
	void *ret;

	WRITE_ONCE(task->stop, true);
	pthread_join(task->thread, &ret);
	free(task);
	return (long)ret;
}

#define cond_resched()			sched_yield()
#define rcu_read_lock()			pthread_rwlock_rdlock(&user_rcu)
#define rcu_read_unlock()		pthread_rwlock_unlock(&user_rcu)
#define rcu_dereference(p)		__atomic_load_n(&(p), __ATOMIC_CONSUME)
#define rcu_assign_pointer(p, v)	__atomic_store_n(&(p), v, __ATOMIC_RELEASE)
#define RCU_INIT_POINTER(p, v)		WRITE_ONCE(p, v)

static inline void synchronize_rcu(void)
{
	pthread_rwlock_wrlock(&user_rcu);
	pthread_rwlock_unlock(&user_rcu);
}

#endif /* _HIP_USER_THREADS_H */
