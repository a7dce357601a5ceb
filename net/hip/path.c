// SPDX-License-Identifier: GPL-2.0-only
/*
 * Paths: their birth and end. A path is found by data through its association's
 * table, and by what comes in through the SPI of its incoming SA; both under
 * RCU, so its memory goes after a grace period.
 */
#include <linux/idr.h>
#include <linux/random.h>
#include <linux/rculist.h>
#include <linux/rhashtable.h>
#include <linux/slab.h>

#include "assoc.h"
#include "exchange.h"
#include "path.h"
#include "probe.h"
#include "rekey.h"

/* if_ids are global, so that a path can be named in any namespace. */
static DEFINE_IDA(hip_path_ids);

static struct kmem_cache *hip_path_cache;

int hip_path_init(void)
{
	hip_path_cache = KMEM_CACHE(hip_path, 0);
	return hip_path_cache ? 0 : -ENOMEM;
}

void hip_path_exit(void)
{
	kmem_cache_destroy(hip_path_cache);
}

/* --- by SPI ------------------------------------------------------------ */

/* We draw them ourselves, at random. */
static u32 hip_path_hash(const void *spi, u32 len, u32 seed)
{
	return *(const u32 *)spi;
}

static int hip_path_differs(struct rhashtable_compare_arg *arg, const void *obj)
{
	const struct hip_path *path = obj;

	return path->spi_in != *(const u32 *)arg->key;
}

static const struct rhashtable_params hip_path_params = {
	.key_len = sizeof_field(struct hip_path, spi_in),
	.key_offset = offsetof(struct hip_path, spi_in),
	.head_offset = offsetof(struct hip_path, node),
	.hashfn = hip_path_hash,
	.obj_cmpfn = hip_path_differs,
	.automatic_shrinking = true,
};

int hip_path_net_init(struct hip_net *hn)
{
	return rhashtable_init(&hn->sas, &hip_path_params);
}

void hip_path_net_exit(struct hip_net *hn)
{
	rhashtable_destroy(&hn->sas);
}

struct hip_path *hip_path_by_spi_in(struct hip_net *hn, u32 spi)
{
	return rhashtable_lookup(&hn->sas, &spi, hip_path_params);
}

/* A random one that no path of the namespace has. */
static int hip_path_choose_spi(struct hip_net *hn, struct hip_path *path)
{
	int err;

	do {
		do {
			path->spi_in = get_random_u32();
		} while (path->spi_in < HIP_SPI_MIN);
		err = rhashtable_lookup_insert_fast(&hn->sas, &path->node,
						    hip_path_params);
	} while (err == -EEXIST);
	return err;
}

/* --- birth and end ----------------------------------------------------- */

struct hip_path *hip_path_new_at(struct hip_assoc *assoc,
				 const struct in6_addr *local, int ifindex,
				 const struct in6_addr *peer,
				 struct list_head *at)
{
	struct hip_net *hn = assoc->hn;
	struct hip_path *path;
	int id, err = -ENOMEM;

	lockdep_assert_held(&assoc->lock);
	path = kmem_cache_zalloc(hip_path_cache, GFP_KERNEL);
	if (!path)
		return ERR_PTR(-ENOMEM);
	path->count = netdev_alloc_pcpu_stats(struct hip_count);
	if (!path->count)
		goto err_free;
	err = dst_cache_init(&path->dst, GFP_KERNEL);
	if (err)
		goto err_count;
	id = ida_alloc_max(&hip_path_ids, HIP_IF_ID_MAX - HIP_IF_ID_BASE,
			   GFP_KERNEL);
	if (id < 0) {
		err = id;
		goto err_dst;
	}

	path->assoc = assoc;
	path->id = HIP_IF_ID_BASE + id;
	path->local = *local;
	path->peer = *peer;
	path->ifindex = ifindex;
	path->last_rx = jiffies;
	path->ended = jiffies;
	path->tx_since = jiffies;
	path->probe.next = jiffies;
	path->local_state = HIP_LOCATOR_ACTIVE;
	path->peer_state = HIP_LOCATOR_UNVERIFIED;
	err = hip_path_choose_spi(hn, path);
	if (err)
		goto err_id;
	list_add_rcu(&path->list, at);
	return path;

err_id:
	ida_free(&hip_path_ids, id);
err_dst:
	dst_cache_destroy(&path->dst);
err_count:
	free_percpu(path->count);
err_free:
	kmem_cache_free(hip_path_cache, path);
	return ERR_PTR(err);
}

struct hip_path *hip_path_new(struct hip_assoc *assoc,
			      const struct in6_addr *local, int ifindex,
			      const struct in6_addr *peer)
{
	return hip_path_new_at(assoc, local, ifindex, peer, assoc->paths.prev);
}

/* --- the peer's end ------------------------------------------------------ */

void hip_path_set_peer(struct hip_path *path, const struct in6_addr *addr)
{
	if (ipv6_addr_equal(&path->peer, addr))
		return;
	path->peer = *addr;
	path->checking = false;
}

void hip_path_verified(struct hip_path *path)
{
	path->checking = false;
	path->fresh = false;
	path->expired = false;
	path->peer_state = HIP_LOCATOR_ACTIVE;
}

void hip_path_doubt(struct hip_path *path)
{
	path->expired = false;
	path->peer_state = HIP_LOCATOR_UNVERIFIED;
}

void hip_path_deprecate(struct hip_path *path)
{
	path->expired = false;
	if (path->peer_state != HIP_LOCATOR_DEPRECATED)
		path->ended = jiffies;
	path->peer_state = HIP_LOCATOR_DEPRECATED;
}

/* --- the end ------------------------------------------------------------- */

static void hip_path_free_work(struct work_struct *work)
{
	struct hip_path *path = container_of(to_rcu_work(work),
					     struct hip_path, rwork);

	hip_route_forget(path);
	dst_cache_destroy(&path->dst);
	free_percpu(path->count);
	ida_free(&hip_path_ids, path->id - HIP_IF_ID_BASE);
	kmem_cache_free(hip_path_cache, path);
}

void hip_path_del(struct hip_path *path)
{
	struct hip_net *hn = path->assoc->hn;
	struct hip_path *other;

	lockdep_assert_held(&path->assoc->lock);
	list_for_each_entry(other, &path->assoc->paths, list)
		if (other->rekey && other->rekey->old == path)
			other->rekey->old = NULL;
	hip_rekey_free(path);
	list_del_rcu(&path->list);
	rhashtable_remove_fast(&hn->sas, &path->node, hip_path_params);
	hip_sa_del(path);
	hip_sent_clear(&path->probe.sent);
	INIT_RCU_WORK(&path->rwork, hip_path_free_work);
	queue_rcu_work(hn->wq, &path->rwork);
}

struct hip_path *hip_path_by_spi_out(struct hip_assoc *assoc, u32 spi)
{
	struct hip_path *path, *retired = NULL;

	list_for_each_entry(path, &assoc->paths, list) {
		if (!path->replaced && (path->spi_out == spi ||
					(spi && path->spi_out_old == spi)))
			return path;
		if (path->replaced && path->spi_out == spi)
			retired = path;
	}
	return retired;
}
