// SPDX-License-Identifier: GPL-2.0-only
/*
 * hipflow path: pairs of addresses with their SAs.
 */
#include <errno.h>
#include <string.h>

#include <linux/hip.h>

#include "show.h"

int path_read(const struct nlmsghdr *nlh, void *item)
{
	const struct nlattr *tb[HIP_A_PATH_MAX + 1];
	struct path *p = item;

	if (hip_genl_attrs(nlh, tb, HIP_A_PATH_MAX) || !tb[HIP_A_PATH_ID])
		return -EBADMSG;
	p->id = attr_u32(tb[HIP_A_PATH_ID]);
	attr_addr(tb[HIP_A_PATH_LOCAL_HIT], &p->local_hit);
	attr_addr(tb[HIP_A_PATH_PEER_HIT], &p->peer_hit);
	attr_addr(tb[HIP_A_PATH_LOCAL_ADDR], &p->local);
	attr_addr(tb[HIP_A_PATH_PEER_ADDR], &p->peer);
	p->ifindex = attr_u32(tb[HIP_A_PATH_IFINDEX]);
	p->state = attr_u8(tb[HIP_A_PATH_STATE]);
	p->is_default = tb[HIP_A_PATH_DEFAULT];
	p->silent = tb[HIP_A_PATH_SILENT];
	p->spi_in = attr_u32(tb[HIP_A_PATH_SPI_IN]);
	p->spi_out = attr_u32(tb[HIP_A_PATH_SPI_OUT]);
	p->count.tx_packets = attr_u64(tb[HIP_A_PATH_TX_PACKETS]);
	p->count.tx_bytes = attr_u64(tb[HIP_A_PATH_TX_BYTES]);
	p->count.rx_packets = attr_u64(tb[HIP_A_PATH_RX_PACKETS]);
	p->count.rx_bytes = attr_u64(tb[HIP_A_PATH_RX_BYTES]);
	return 0;
}

int path_compare(const void *a, const void *b)
{
	const struct path *x = a, *y = b;
	int order = memcmp(&x->peer_hit, &y->peer_hit, sizeof(x->peer_hit));

	if (order)
		return order;
	return x->id < y->id ? -1 : x->id > y->id;
}

void path_print(const struct hipflow *hf, const struct path *p)
{
	char state[STATE_LEN];

	out_uint("id", "path", p->id);
	out_hit("peer_hit", "peer", &p->peer_hit);
	out_hit("local_hit", hf->details ? "local" : NULL, &p->local_hit);
	out_addr("local", "from", &p->local);
	/* Without an interface the address is gone, the path soon. */
	if (p->ifindex)
		out_ifname("dev", "dev", p->ifindex);
	out_addr("peer", "to", &p->peer);
	out_colour(p->state == HIP_LOCATOR_ACTIVE && !p->silent ? OUT_GOOD :
								  OUT_PLAIN);
	out_string("state", "state", locator_state(p->state, state));
	out_flag("silent", "silent", p->silent);
	out_flag("default", "default", p->is_default);
	if (hf->details)
		out_line("    ");
	out_hex32("spi_in", hf->details ? "spi_in" : NULL, p->spi_in);
	out_hex32("spi_out", hf->details ? "spi_out" : NULL, p->spi_out);
	out_line("    ");
	out_counters(&p->count, true);
}

static int path_show(struct hipflow *hf, struct args *args)
{
	struct list list = LIST(path, path_read);
	struct opt_hit peer = { 0 };
	const struct path *p;
	int status;

	status = parse_peer_filter(args, &peer);
	if (status)
		return status;
	status = query_list(hf, HIP_CMD_PATH_GET, &list, path_compare);
	if (!status) {
		out_begin(hf, OUT_ARRAY);
		list_for_each(p, &list) {
			if (!hit_wanted(&peer, &p->peer_hit))
				continue;
			out_open();
			path_print(hf, p);
			out_close();
		}
		status = out_end();
	}
	list_free(&list);
	return status;
}

static const struct command commands[] = {
	{ "show", path_show },
	{ 0 }
};

const struct object path_object = {
	.name = "path",
	.commands = commands,
	.help = "Usage: hipflow path [ show [ peer HIT ] ]\n",
};
