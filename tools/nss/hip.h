/* SPDX-License-Identifier: GPL-2.0-only */
/* What the C library calls in libnss_hip.so.2; it has no prototypes of these. */
#ifndef _HIP_NSS_H
#define _HIP_NSS_H

#include <netdb.h>
#include <nss.h>
#include <stdint.h>

#define EXPORT __attribute__((__visibility__("default")))

EXPORT enum nss_status
_nss_hip_gethostbyname4_r(const char *name, struct gaih_addrtuple **pat,
			  char *buffer, size_t size, int *errnop,
			  int *h_errnop, int32_t *ttlp);
EXPORT enum nss_status
_nss_hip_gethostbyname3_r(const char *name, int af, struct hostent *host,
			  char *buffer, size_t size, int *errnop,
			  int *h_errnop, int32_t *ttlp, char **canonp);
EXPORT enum nss_status
_nss_hip_gethostbyname2_r(const char *name, int af, struct hostent *host,
			  char *buffer, size_t size, int *errnop,
			  int *h_errnop);
EXPORT enum nss_status
_nss_hip_gethostbyname_r(const char *name, struct hostent *host, char *buffer,
			 size_t size, int *errnop, int *h_errnop);
EXPORT enum nss_status
_nss_hip_gethostbyaddr2_r(const void *addr, socklen_t len, int af,
			  struct hostent *host, char *buffer, size_t size,
			  int *errnop, int *h_errnop, int32_t *ttlp);
EXPORT enum nss_status
_nss_hip_gethostbyaddr_r(const void *addr, socklen_t len, int af,
			 struct hostent *host, char *buffer, size_t size,
			 int *errnop, int *h_errnop);

#endif /* _HIP_NSS_H */
