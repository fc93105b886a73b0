/* panda_quic - QUIC version 1 as libp2p speaks it, over ngtcp2 and GnuTLS, behind a flat and stable C interface.
 *
 * The library does no input or output of its own accord and reads no clock: the caller feeds datagrams and instants in
 * and takes datagrams and deadlines out. That is what lets one UDP socket listen, dial and punch holes, and what lets the
 * whole protocol run in memory under test. The pq_udp_* functions at the end are conveniences for a Linux socket that the
 * caller owns; nothing else uses them.
 *
 * Conventions
 *   - Instants are nanoseconds of one monotonic clock of the caller's; UINT64_MAX is "never".
 *   - Addresses are struct sockaddr_in or sockaddr_in6 with their length.
 *   - A context and its connections belong to one thread at a time: the caller holds a lock around every call.
 *   - Callbacks run inside the call that caused them. They must not free the connection and must not unwind through it.
 *   - Status codes are the library's own (ngtcp2 renumbered its codes between 0.12 and 1.0).
 *
 * Builds against ngtcp2 0.12 (Debian 12) and 1.x (Debian 13); see ngtcp2_compat.h.
 */
#ifndef PANDA_QUIC_H
#define PANDA_QUIC_H

#include <stdint.h>

#define PQ_API __attribute__((visibility("default")))

/* Changes whenever a signature, a struct or the meaning of a value below changes. */
#define PQ_ABI 1

#define PQ_CID_LENGTH 8      /* connection ids issued here */
#define PQ_CID_MAX 20        /* connection ids of anybody */
#define PQ_ADDRESS_MAX 28    /* sizeof(struct sockaddr_in6) */
#define PQ_SECRET_LENGTH 32
#define PQ_SEGMENTS_MAX 44   /* datagrams in one send with segmentation offload: 44 x 1452 bytes stay below 64 KiB */

enum pq_status {
  PQ_OK = 0,
  PQ_FAILED = -1,    /* out of memory or misuse */
  PQ_CLOSE = -2,     /* the connection failed: call pq_close, send what it wrote, free */
  PQ_DRAINING = -3,  /* the peer closed the connection: free it */
  PQ_DROP = -4,      /* not a connection: free without a word */
  PQ_RETRY = -5,     /* answer with pq_write_retry and keep nothing */
  PQ_BLOCKED = -6,   /* the peer allows no further stream now; streams_available follows */
  PQ_GONE = -7,      /* the stream takes no more data */
  PQ_TIMED_OUT = -8  /* idle too long or handshake too slow: free it */
};

enum pq_flags {
  PQ_FLAG_LOG = 1,           /* ngtcp2's log lines go to the log callback */
  PQ_FLAG_PREFER_CHACHA = 2, /* for processors without AES instructions */
  PQ_FLAG_NO_PMTUD = 4       /* stay at 1200 bytes */
};

enum pq_close_kind {
  PQ_CLOSE_PENDING = 0,     /* the error that made a call return PQ_CLOSE */
  PQ_CLOSE_APPLICATION = 1, /* CONNECTION_CLOSE 0x1d with an application code */
  PQ_CLOSE_TRANSPORT = 2    /* CONNECTION_CLOSE 0x1c with a transport code */
};

typedef struct pq_context pq_context;       /* identity, parameters and secrets shared by many connections */
typedef struct pq_connection pq_connection;

typedef struct pq_callbacks {
  /* The peer's only certificate. 0 accepts it; anything else ends the handshake with the alert bad_certificate. */
  int (*verify_certificate)(void *user, const uint8_t *der, uint32_t length);
  /* Both sides have proved themselves: HANDSHAKE_DONE at the dialer, the dialer's Finished at the listener. */
  void (*established)(void *user);
  void (*stream_opened)(void *user, int64_t id);   /* by the peer */
  void (*stream_data)(void *user, int64_t id, const uint8_t *data, uint32_t length, int fin);
  void (*stream_reset)(void *user, int64_t id, uint64_t code);   /* RESET_STREAM: no more data comes */
  /* STOP_SENDING: no more data is wanted. Learnt when there is something to send (ngtcp2 answers it by itself). */
  void (*stream_stopped)(void *user, int64_t id);
  void (*stream_writable)(void *user, int64_t id);   /* a write that was cut short can go on */
  void (*stream_closed)(void *user, int64_t id);     /* both directions are done; the id is forgotten */
  void (*streams_available)(void *user);
  void (*cid_added)(void *user, const uint8_t *cid, uint32_t length);   /* route it; may fire inside pq_accept */
  void (*cid_removed)(void *user, const uint8_t *cid, uint32_t length);
  void (*log)(const char *line);   /* may be null */
} pq_callbacks;

typedef struct pq_config {   /* 64-bit fields only, so that the layout is the same everywhere */
  uint64_t handshake_timeout_ms;
  uint64_t idle_timeout_ms;
  uint64_t keep_alive_ms;            /* 0: off */
  uint64_t max_streams;              /* bidirectional streams the peer may hold open; there are no unidirectional ones */
  uint64_t stream_window;            /* bytes a stream may hold unread */
  uint64_t connection_window;        /* bytes a connection may hold unread */
  uint64_t stream_send_buffer;       /* bytes a stream keeps until they are acknowledged */
  uint64_t connection_send_buffer;   /* the same for all streams of a connection together */
  uint64_t max_udp_payload;          /* bytes, upper end of path MTU discovery; 0: ngtcp2's choice */
  uint64_t flags;
} pq_config;

typedef struct pq_packet {   /* a datagram to send */
  uint32_t size;
  uint32_t remote_length;
  uint8_t remote[PQ_ADDRESS_MAX];
} pq_packet;

/* ---- versions ---- */
PQ_API uint32_t pq_abi(void);
PQ_API const char *pq_ngtcp2_version(void);    /* of the library running now */
PQ_API uint32_t pq_ngtcp2_version_number(void); /* 0xMMmmpp of the same */
PQ_API const char *pq_gnutls_version(void);

/* ---- context ---- */
/* certificate: DER; key: PKCS#8 DER; secret: PQ_SECRET_LENGTH bytes behind Retry tokens and stateless resets.
 * A certificate length of 0 makes a dialer without certificate (for tests of the other side). */
PQ_API pq_context *pq_context_new(const uint8_t *certificate, uint32_t certificate_length, const uint8_t *key,
                                  uint32_t key_length, const uint8_t *secret, const pq_callbacks *callbacks,
                                  const pq_config *config);
PQ_API void pq_context_free(pq_context *context);   /* after all its connections */

/* ---- datagrams that belong to no connection ---- */
/* The first header of a datagram. is_long: 1 for a long header; supported: 0 when the version is not ours. */
PQ_API int pq_parse(const uint8_t *datagram, uint32_t length, uint8_t *cid, uint32_t *cid_length, uint32_t *is_long,
                    uint32_t *supported);
/* Each writes one datagram and returns its length, or 0 when none is due. */
PQ_API int pq_write_version_negotiation(const uint8_t *datagram, uint32_t length, uint8_t *out, uint32_t capacity);
PQ_API int pq_write_retry(pq_context *context, const uint8_t *datagram, uint32_t length, const void *remote,
                          uint32_t remote_length, uint8_t *out, uint32_t capacity, uint64_t now);
PQ_API int pq_write_stateless_reset(pq_context *context, const uint8_t *cid, uint32_t cid_length, uint32_t trigger_length,
                                    uint8_t *out, uint32_t capacity);

/* ---- connections ---- */
PQ_API pq_connection *pq_connect(pq_context *context, void *user, const void *local, uint32_t local_length,
                                 const void *remote, uint32_t remote_length, uint64_t now);
/* For an Initial of an unknown connection. Null with status PQ_DROP, PQ_RETRY (a token is required and none is valid) or
 * PQ_FAILED. The datagram must then be given to pq_read as well. */
PQ_API pq_connection *pq_accept(pq_context *context, void *user, const uint8_t *datagram, uint32_t length, const void *local,
                                uint32_t local_length, const void *remote, uint32_t remote_length, int require_token,
                                uint64_t now, int *status);
PQ_API void pq_free(pq_connection *connection);

PQ_API int pq_read(pq_connection *connection, const void *local, uint32_t local_length, const void *remote,
                   uint32_t remote_length, const uint8_t *datagram, uint32_t length, uint64_t now);
/* Fills out with up to max datagrams lying back to back, described by packets. Returns how many (0: nothing to send, or the
 * pacer says wait until pq_expiry), or a negative status. Call again while it returns max. */
PQ_API int pq_write(pq_connection *connection, uint8_t *out, uint32_t capacity, pq_packet *packets, uint32_t max,
                    uint64_t now);
PQ_API uint64_t pq_expiry(pq_connection *connection);
PQ_API int pq_on_timer(pq_connection *connection, uint64_t now);   /* when pq_expiry has passed; then pq_write */
/* Writes the closing datagram; returns its length or 0. Only pq_close_reason and pq_free may follow. */
PQ_API int pq_close(pq_connection *connection, int kind, uint64_t code, const uint8_t *reason, uint32_t reason_length,
                    uint8_t *out, uint32_t capacity, void *remote, uint32_t *remote_length, uint64_t now);
/* Why it ended: by the peer (from_peer) or by us. Copies the reason phrase and returns its length. */
PQ_API int pq_close_reason(pq_connection *connection, int from_peer, int *is_application, uint64_t *code, uint8_t *reason,
                           uint32_t capacity);

typedef struct pq_info {
  uint64_t smoothed_rtt;      /* ns */
  uint64_t probe_timeout;     /* ns */
  uint64_t congestion_window; /* bytes */
  uint64_t bytes_in_flight;
  uint64_t streams_left;      /* we may still open */
  uint64_t path_mtu;          /* bytes of UDP payload */
} pq_info;
PQ_API void pq_get_info(pq_connection *connection, pq_info *info);
PQ_API int pq_remote_address(pq_connection *connection, void *out, uint32_t capacity); /* its length, 0 if unknown */
PQ_API const char *pq_cipher(pq_connection *connection);

/* ---- streams ---- */
PQ_API int64_t pq_stream_open(pq_connection *connection);   /* an id, or PQ_BLOCKED / PQ_FAILED */
/* Copies. Returns how many bytes were taken; fewer than given means full, and stream_writable follows. The fin takes
 * effect only when everything was taken. PQ_GONE after a fin, a reset or the peer's STOP_SENDING. */
PQ_API int64_t pq_stream_write(pq_connection *connection, int64_t id, const uint8_t *data, uint32_t length, int fin);
/* The application has read this many bytes: give the peer credit for as many, on the stream and on the connection. */
PQ_API void pq_stream_consume(pq_connection *connection, int64_t id, uint64_t count);
PQ_API int pq_stream_reset(pq_connection *connection, int64_t id, uint64_t code);   /* abandon our sending */
PQ_API int pq_stream_stop(pq_connection *connection, int64_t id, uint64_t code);    /* refuse the peer's sending */

/* ---- a Linux UDP socket owned by the caller ---- */
typedef struct pq_datagram {
  uint32_t size;             /* bytes in its slot of the buffer */
  uint32_t segment;          /* length of each coalesced datagram; the last may be shorter */
  uint32_t remote_length;
  uint32_t local_length;     /* 4, 16 or 0 when unknown */
  uint8_t remote[PQ_ADDRESS_MAX];
  uint8_t local[16];         /* address it was sent to */
} pq_datagram;

/* Sets what QUIC needs: no fragmentation, the local address of each datagram, receive offload. Returns 1 when receive
 * offload is on, 0 when the kernel has none, a negative errno when the socket is unusable. */
PQ_API int pq_udp_prepare(int fd, int is_ipv6);
/* Receives up to max datagrams, each into its own slot of slot bytes. Returns how many, or a negative errno. */
PQ_API int pq_udp_receive(int fd, uint8_t *buffer, uint32_t slot, pq_datagram *datagrams, uint32_t max);
/* Sends datagrams lying back to back, in runs of equal size to one address where offload allows, from the given local
 * address (length 0: the kernel's choice). Datagrams that the kernel refuses are lost, as any datagram may be. Returns 0,
 * or 1 when the kernel knows no segmentation offload here and the caller should stop asking for it. */
PQ_API int pq_udp_send(int fd, const uint8_t *data, const pq_packet *packets, uint32_t count, const uint8_t *local,
                       uint32_t local_length, int offload);
/* Waits until the socket is readable, the event is signalled or the time is over. Bit 0: readable, bit 1: signalled. */
PQ_API int pq_udp_wait(int fd, int event, uint64_t timeout_ns);
PQ_API int pq_event_new(void);             /* a file descriptor, or a negative errno */
PQ_API void pq_event_signal(int event);
PQ_API void pq_event_close(int event);

#endif
