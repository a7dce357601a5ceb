// SPDX-License-Identifier: GPL-2.0-only
/*
 * libnss_hip.so.2: "hip" in the line "hosts" of nsswitch.conf(5).
 *
 * This is a part of any process that looks up names, whoever runs it. So all
 * that it does is to ask hipflowd, which looks up the name, tells the kernel
 * where that host is met, and then gives the HIT. See nss-hip(8).
 */
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "addr.h"
#include "hip.h"
#include "name_proto.h"

/* Not longer than a resolver waits for one DNS server. */
#define TIMEOUT_MS	5000

#define SUFFIX		".hip"

static enum nss_status give_up(enum nss_status status, int err, int h_err,
			       int *errnop, int *h_errnop)
{
	*errnop = err;
	*h_errnop = h_err;
	return status;
}

static enum nss_status not_found(int *errnop, int *h_errnop)
{
	return give_up(NSS_STATUS_NOTFOUND, ENOENT, HOST_NOT_FOUND, errnop,
		       h_errnop);
}

/* glibc calls again with a larger buffer. */
static enum nss_status too_small(int *errnop, int *h_errnop)
{
	return give_up(NSS_STATUS_TRYAGAIN, ERANGE, NETDB_INTERNAL, errnop,
		       h_errnop);
}

/* The part of the buffer that is left, aligned for pointers. */
struct room {
	char *at;
	size_t left;
};

static void *take(struct room *room, size_t size)
{
	size_t skip = -(uintptr_t)room->at % sizeof(void *);
	char *taken;

	if (room->left < skip || room->left - skip < size)
		return NULL;
	taken = room->at + skip;
	room->at = taken + size;
	room->left -= skip + size;
	return taken;
}

static char *take_string(struct room *room, const char *text)
{
	size_t size = strlen(text) + 1;
	char *copy = take(room, size);

	return copy ? memcpy(copy, text, size) : NULL;
}

/* Asks hipflowd; what it cannot say now may be known to others. */
static enum nss_status ask(struct hip_name_request *request,
			   struct hip_name_answer *answer, int *errnop,
			   int *h_errnop)
{
	int saved = errno;
	int err;

	err = hip_name_ask(request, answer, TIMEOUT_MS);
	errno = saved;
	switch (err) {
	case 0:
		break;
	case -ENOENT:
	case -ECONNREFUSED:
	case -EACCES:
		return give_up(NSS_STATUS_UNAVAIL, -err, NO_RECOVERY, errnop,
			       h_errnop);
	default:
		return give_up(NSS_STATUS_TRYAGAIN, EAGAIN, TRY_AGAIN, errnop,
			       h_errnop);
	}
	switch (answer->status) {
	case HIP_NAME_OK:
		return NSS_STATUS_SUCCESS;
	case HIP_NAME_AGAIN:
		return give_up(NSS_STATUS_TRYAGAIN, EAGAIN, TRY_AGAIN, errnop,
			       h_errnop);
	default:
		return not_found(errnop, h_errnop);
	}
}

/*
 * NAME.hip is looked up as NAME wherever hipflowd looks. Other names are asked
 * for only in its hosts file: they are everybody's.
 */
static enum nss_status find(const char *name, struct hip_name_answer *answer,
			    int *errnop, int *h_errnop)
{
	struct hip_name_request request = { .op = HIP_NAME_REACH_LISTED };
	size_t suffix = strlen(SUFFIX);
	size_t len = strlen(name);

	if (len && name[len - 1] == '.')
		len--;
	if (len > suffix && !strncasecmp(name + len - suffix, SUFFIX, suffix)) {
		len -= suffix;
		request.op = HIP_NAME_REACH;
	}
	if (!len || len > HIP_NAME_MAX)
		return not_found(errnop, h_errnop);
	memcpy(request.name, name, len);
	return ask(&request, answer, errnop, h_errnop);
}

static enum nss_status fill_host(struct hostent *host, const char *name,
				 const struct in6_addr *hit, char *buffer,
				 size_t size, int *errnop, int *h_errnop)
{
	struct room room = { buffer, size };
	struct in6_addr *addr;
	char **pointers;

	pointers = take(&room, 3 * sizeof(*pointers));
	addr = take(&room, sizeof(*addr));
	host->h_name = take_string(&room, name);
	if (!pointers || !addr || !host->h_name)
		return too_small(errnop, h_errnop);
	*addr = *hit;
	pointers[0] = (char *)addr;
	pointers[1] = NULL;
	/* No aliases */
	pointers[2] = NULL;
	host->h_aliases = &pointers[2];
	host->h_addrtype = AF_INET6;
	host->h_length = sizeof(*addr);
	host->h_addr_list = pointers;
	return NSS_STATUS_SUCCESS;
}

enum nss_status
_nss_hip_gethostbyname4_r(const char *name, struct gaih_addrtuple **pat,
			  char *buffer, size_t size, int *errnop,
			  int *h_errnop, int32_t *ttlp)
{
	struct room room = { buffer, size };
	struct hip_name_answer answer;
	struct gaih_addrtuple *tuple;
	enum nss_status status;

	status = find(name, &answer, errnop, h_errnop);
	if (status != NSS_STATUS_SUCCESS)
		return status;
	tuple = *pat ? : take(&room, sizeof(*tuple));
	if (!tuple)
		return too_small(errnop, h_errnop);
	tuple->name = take_string(&room, name);
	if (!tuple->name)
		return too_small(errnop, h_errnop);
	tuple->next = NULL;
	tuple->family = AF_INET6;
	memcpy(tuple->addr, &answer.hit, sizeof(answer.hit));
	tuple->scopeid = 0;
	*pat = tuple;
	if (ttlp)
		*ttlp = answer.ttl;
	return NSS_STATUS_SUCCESS;
}

enum nss_status
_nss_hip_gethostbyname3_r(const char *name, int af, struct hostent *host,
			  char *buffer, size_t size, int *errnop,
			  int *h_errnop, int32_t *ttlp, char **canonp)
{
	struct hip_name_answer answer;
	enum nss_status status;

	/* A HIT is an IPv6 address, and there is nothing else. */
	if (af != AF_INET6)
		return give_up(NSS_STATUS_NOTFOUND, ENOENT, NO_DATA, errnop,
			       h_errnop);
	status = find(name, &answer, errnop, h_errnop);
	if (status == NSS_STATUS_SUCCESS)
		status = fill_host(host, name, &answer.hit, buffer, size,
				   errnop, h_errnop);
	if (status != NSS_STATUS_SUCCESS)
		return status;
	if (ttlp)
		*ttlp = answer.ttl;
	if (canonp)
		*canonp = host->h_name;
	return NSS_STATUS_SUCCESS;
}

enum nss_status
_nss_hip_gethostbyname2_r(const char *name, int af, struct hostent *host,
			  char *buffer, size_t size, int *errnop,
			  int *h_errnop)
{
	return _nss_hip_gethostbyname3_r(name, af, host, buffer, size, errnop,
					 h_errnop, NULL, NULL);
}

enum nss_status
_nss_hip_gethostbyname_r(const char *name, struct hostent *host, char *buffer,
			 size_t size, int *errnop, int *h_errnop)
{
	return _nss_hip_gethostbyname3_r(name, AF_INET, host, buffer, size,
					 errnop, h_errnop, NULL, NULL);
}

enum nss_status
_nss_hip_gethostbyaddr2_r(const void *addr, socklen_t len, int af,
			  struct hostent *host, char *buffer, size_t size,
			  int *errnop, int *h_errnop, int32_t *ttlp)
{
	struct hip_name_request request = { .op = HIP_NAME_REVERSE };
	struct hip_name_answer answer;
	enum nss_status status;

	if (af != AF_INET6 || len != sizeof(request.hit))
		return not_found(errnop, h_errnop);
	memcpy(&request.hit, addr, sizeof(request.hit));
	if (!hip_addr_is_hit(&request.hit))
		return not_found(errnop, h_errnop);
	status = ask(&request, &answer, errnop, h_errnop);
	if (status == NSS_STATUS_SUCCESS)
		status = fill_host(host, answer.name, &request.hit, buffer,
				   size, errnop, h_errnop);
	if (status == NSS_STATUS_SUCCESS && ttlp)
		*ttlp = answer.ttl;
	return status;
}

enum nss_status
_nss_hip_gethostbyaddr_r(const void *addr, socklen_t len, int af,
			 struct hostent *host, char *buffer, size_t size,
			 int *errnop, int *h_errnop)
{
	return _nss_hip_gethostbyaddr2_r(addr, len, af, host, buffer, size,
					 errnop, h_errnop, NULL);
}
