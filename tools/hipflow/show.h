/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The objects of the kernel as hipflow reads and prints them: for the show
 * commands, the monitor and the overview.
 */
#ifndef HIPFLOW_SHOW_H
#define HIPFLOW_SHOW_H

#include <net/if.h>

#include "print.h"
#include "query.h"
#include "selector.h"

struct identity {
	struct in6_addr hit;
	char type[32];
	char domain[256];
	uint64_t r1_counter;
	bool r1_ready;
};

struct peer {
	struct in6_addr hit;
	struct addr_list addrs;
};

struct assoc {
	struct in6_addr local_hit;
	struct in6_addr peer_hit;
	struct opt_hit peer_addr;
	uint8_t state;
	uint8_t reason;
	bool initiator;
	bool flows;
	uint16_t esp_suite;
	uint8_t dh_group;
	uint16_t hip_cipher;
	uint16_t notify;
	uint32_t updates_pending;
	uint64_t age_ms;
	struct counters count;
};

struct path {
	uint32_t id;
	struct in6_addr local_hit;
	struct in6_addr peer_hit;
	struct in6_addr local;
	struct in6_addr peer;
	uint32_t ifindex;
	uint8_t state;
	bool is_default;
	bool silent;
	uint32_t spi_in;
	uint32_t spi_out;
	struct counters count;
};

struct locator {
	struct in6_addr addr;
	uint32_t ifindex;
	bool remote;
	struct in6_addr peer_hit;
	struct in6_addr local_hit;
	uint8_t state;
	bool preferred;
	bool limited;
	uint32_t lifetime;
};

/* Ours with a server or, with @server, a host's with us. */
struct registration {
	struct in6_addr peer_hit;
	struct in6_addr local_hit;
	bool has_local;
	bool server;
	uint8_t state;
	bool failed;
	uint8_t failure;
	uint32_t lifetime;
	bool expires;
	uint64_t expires_ms;
	uint64_t relayed;
	struct addr_list addrs;
};

#define MAX_FLOW_LOCATORS 8

/* An interface, or an address if @ifindex is 0. */
struct flow_locator {
	uint32_t ifindex;
	struct in6_addr addr;
};

/* Events tell only @fid, whose it is, @path and @status. */
struct binding {
	bool whole;
	uint16_t fid;
	uint16_t priority;
	bool remote;
	bool for_peer;
	struct in6_addr peer_hit;
	bool has_local;
	struct in6_addr local_hit;
	struct selector selector;
	unsigned int n;
	struct flow_locator locator[MAX_FLOW_LOCATORS];
	bool has_path;
	uint32_t path;
	uint8_t status;
	struct counters count;
};

/* For struct list. */
int identity_read(const struct nlmsghdr *nlh, void *item);
int peer_read(const struct nlmsghdr *nlh, void *item);
int assoc_read(const struct nlmsghdr *nlh, void *item);
int path_read(const struct nlmsghdr *nlh, void *item);
int locator_read(const struct nlmsghdr *nlh, void *item);
int binding_read(const struct nlmsghdr *nlh, void *item);
int registration_read(const struct nlmsghdr *nlh, void *item);

/* Orders of the show commands. */
int identity_compare(const void *a, const void *b);
int peer_compare(const void *a, const void *b);
int assoc_compare(const void *a, const void *b);
int path_compare(const void *a, const void *b);
int locator_compare(const void *a, const void *b);
int binding_compare(const void *a, const void *b);
int registration_compare(const void *a, const void *b);

/* Members of an object that is open. */
void identity_print(const struct hipflow *hf, const struct identity *id);
void assoc_print(const struct hipflow *hf, const struct assoc *a);
void path_print(const struct hipflow *hf, const struct path *p);
void registration_print(const struct hipflow *hf, const struct registration *r);
/* @paths: to tell the interface and the addresses of the binding's */
void binding_print(const struct hipflow *hf, const struct binding *b,
		   const struct list *paths);
/* "proto udp dport 5001 dev v1", what a binding asks for */
void binding_print_rule(const struct binding *b);

/* As in RFC 7401, "ESTABLISHED"; as in RFC 8046, "ACTIVE". */
#define STATE_LEN 16
const char *assoc_state(uint8_t state, char buf[STATE_LEN]);
const char *locator_state(uint8_t state, char buf[STATE_LEN]);

/* "no-answer: the peer does not answer: ..." */
#define REASON_LEN 256
const char *fail_reason(uint8_t reason, uint16_t notify, char buf[REASON_LEN]);

#endif /* HIPFLOW_SHOW_H */
