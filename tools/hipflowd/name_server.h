/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Answers hipflow and the NSS module, which runs in any user's process. See
 * name_proto.h.
 */
#ifndef HIPFLOWD_NAME_SERVER_H
#define HIPFLOWD_NAME_SERVER_H

#include "name_table.h"

#define NAME_CLIENTS_MAX	64
#define NAME_CLIENTS_USERS	56	/* of those that are not root */
#define NAME_CLIENTS_USER	8	/* of one that is not */
#define NAME_BACKLOG		32	/* who waits to be one of them */
#define NAME_USERS_MAX		64
#define NAME_RATE		20	/* requests a second of a user */
#define NAME_BURST		40

struct name_client;

/* What a user may ask still. */
struct name_user {
	uid_t uid;
	unsigned int tokens;
	uint64_t stamp;		/* in ms of the loop; 0: unused */
};

/**
 * struct name_server - the socket, and who is connected
 * @loop: event loop
 * @config: may change, see name_server_reconfigure()
 * @resolver: looks up
 * @table: tells the kernel
 * @poll: of the socket; NULL while there is none
 * @fd: the socket
 * @path: where it is
 * @tick: each second
 * @clients: connected
 * @n_clients: how many
 * @paused: not accepting
 * @users: those that asked of late
 */
struct name_server {
	uv_loop_t *loop;
	const struct config_names *config;
	struct resolver resolver;
	struct name_table table;
	uv_poll_t *poll;
	int fd;
	char path[HIP_NAME_PATH];
	uv_timer_t tick;
	struct name_client *clients;
	unsigned int n_clients;
	bool paused;
	struct name_user users[NAME_USERS_MAX];
};

/*
 * Starts; what goes wrong is told in the log, and hipflowd goes on without. With
 * @path, the socket is there.
 */
void name_server_start(struct name_server *s, uv_loop_t *loop,
		       const struct config_names *config, int state_dir,
		       const char *path, name_tell_fn tell, void *data);

/* *@config is not any more what it was. */
void name_server_reconfigure(struct name_server *s);

void name_server_stop(struct name_server *s);

#endif /* HIPFLOWD_NAME_SERVER_H */
