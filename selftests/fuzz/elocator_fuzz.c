// SPDX-License-Identifier: GPL-2.0-only
/*
 * Contents of an E-LOCATOR, and bare traffic selectors: what can be read can be
 * written, and reads as the same again.
 */
#include "elocator.h"
#include "fuzz.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	return 0;
}

static void fuzz_selector(const struct hip_selector *sel)
{
	struct hip_selector again;
	struct hip_flow_key key = { 0 };
	u8 *buf = malloc(HIP_SELECTOR_MAX_LEN);
	int len;

	FUZZ_CHECK(buf);
	FUZZ_CHECK(!hip_selector_valid(sel));
	len = hip_selector_encode(sel, buf);
	FUZZ_CHECK(len >= 4 && len <= HIP_SELECTOR_MAX_LEN);
	FUZZ_CHECK(!hip_selector_decode(&again, sel->format, buf, len));
	FUZZ_CHECK(hip_selector_equal(sel, &again));

	/* A packet at the lower end of every range is in it. */
	key.fields = sel->fields;
	key.format = sel->format;
	key.tclass = sel->tclass_min | 3;
	key.proto = sel->proto_min;
	key.sport = sel->sport_min;
	key.dport = sel->dport_min;
	key.spi = sel->spi_min;
	key.flow_label = sel->flow_label_min;
	key.src = sel->src_min;
	key.dst = sel->dst_min;
	FUZZ_CHECK(hip_selector_match(sel, &key));
	free(buf);
}

static bool fuzz_same_item(const struct hip_elocator_item *a,
			   const struct hip_elocator_item *b)
{
	return a->traffic == b->traffic && a->type == b->type &&
	       a->preferred == b->preferred && a->flow == b->flow &&
	       a->has_selector == b->has_selector && a->status == b->status &&
	       a->lifetime == b->lifetime && a->spi == b->spi &&
	       ipv6_addr_equal(&a->addr, &b->addr) && a->fid == b->fid &&
	       a->priority == b->priority &&
	       hip_selector_equal(&a->sel, &b->sel);
}

static void fuzz_item(const struct hip_elocator_item *item)
{
	struct hip_elocator_item again;
	struct hip_elocator_iter it = { 0 };
	unsigned int room = 0;
	u8 *buf;
	int len;

	if (item->status || item->type > HIP_LOCATOR_TYPE_SPI)
		return;
	if (item->has_selector)
		fuzz_selector(&item->sel);

	/* All room but the last octet of what it takes is not enough. */
	buf = malloc(512);
	FUZZ_CHECK(buf);
	len = hip_elocator_put(buf, 512, item);
	FUZZ_CHECK(len > 0 && len % 4 == 0);
	free(buf);
	room = len;
	buf = malloc(room);
	FUZZ_CHECK(buf);
	FUZZ_CHECK(hip_elocator_put(buf, room - 1, item) == -ENOSPC);
	FUZZ_CHECK(hip_elocator_put(buf, room, item) == len);

	it.data = buf;
	it.len = room;
	FUZZ_CHECK(hip_elocator_next(&it, &again) == 1);
	FUZZ_CHECK(fuzz_same_item(item, &again));
	FUZZ_CHECK(!hip_elocator_next(&it, &again));
	free(buf);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct hip_elocator_iter it = { 0 };
	struct hip_elocator_item item;
	struct hip_selector sel;
	u8 format = size ? data[0] : 0;
	u8 *buf;

	if (!size || size > 2048)
		return 0;
	/* The first octet tells what it is; no format: an E-LOCATOR. */
	buf = fuzz_copy(data + 1, size - 1);
	if (format == HIP_TS_FORMAT_IPV4 || format == HIP_TS_FORMAT_IPV6) {
		if (!hip_selector_decode(&sel, format, buf, size - 1))
			fuzz_selector(&sel);
	} else {
		it.data = buf;
		it.len = size - 1;
		it.set = format & 0x80;
		while (hip_elocator_next(&it, &item) == 1)
			fuzz_item(&item);
	}
	free(buf);
	return 0;
}
