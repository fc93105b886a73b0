/* What the translation units of panda_quic share. */
#ifndef PQ_INTERNAL_H
#define PQ_INTERNAL_H

#include "panda_quic.h"

#include <stddef.h>

#include <gnutls/gnutls.h>
#include <ngtcp2/ngtcp2_crypto.h>

#include "ngtcp2_compat.h"

#define PQ_STREAM_BUCKETS 64
#define PQ_CHUNK_MIN 1024
#define PQ_CHUNK_MAX 65536

struct pq_context {
  gnutls_certificate_credentials_t credentials;
  gnutls_priority_t priorities;
  pq_callbacks callbacks;
  pq_config config;
  uint8_t secret[PQ_SECRET_LENGTH];
};

/* Stream data lives here until the peer acknowledges it; ngtcp2 keeps pointers into it. */
typedef struct pq_chunk {
  struct pq_chunk *next;
  uint64_t offset;   /* of data[0] in the stream */
  uint32_t length, capacity;
  uint8_t data[];
} pq_chunk;

typedef struct pq_stream {
  struct pq_stream *bucket_next;
  struct pq_stream *queue_next, *queue_previous;   /* ring of streams with something to send */
  int64_t id;
  pq_chunk *head, *tail;
  pq_chunk *cursor;   /* holds sent_offset */
  uint64_t end_offset, sent_offset, acked_offset;
  uint64_t blocked_round;   /* pq_write round in which flow control stopped it */
  unsigned fin : 1, fin_sent : 1, stopped : 1, queued : 1, wants_writable : 1;
} pq_stream;

struct pq_connection {
  ngtcp2_crypto_conn_ref ref;
  pq_context *context;
  void *user;
  ngtcp2_conn *conn;
  gnutls_session_t tls;
  pq_error error;
  unsigned has_error : 1, is_server : 1, is_established : 1, streams_starved : 1;
  uint64_t round;
  uint64_t last;   /* latest instant given to ngtcp2 */
  uint64_t held;   /* bytes in chunks' use: written and not yet acknowledged, all streams */
  pq_stream *send_queue;
  pq_stream *streams[PQ_STREAM_BUCKETS];
};

int pq_random(void *out, size_t length);

/* context.c */
int pq_tls_start(pq_connection *connection);

/* stream.c */
pq_stream *pq_stream_find(pq_connection *connection, int64_t id);
pq_stream *pq_stream_add(pq_connection *connection, int64_t id);
void pq_stream_remove(pq_connection *connection, pq_stream *stream);
void pq_streams_free(pq_connection *connection);
void pq_stream_shut(pq_connection *connection, pq_stream *stream);
void pq_stream_acked(pq_connection *connection, pq_stream *stream, uint64_t offset);
void pq_streams_wake(pq_connection *connection);   /* when the connection's send buffer has room again */
/* The next stream with data that flow control did not stop in this round, its unsent data as vectors of at least limit
 * bytes (or all it has) and whether they reach its end. Null when there is none. */
pq_stream *pq_stream_next(pq_connection *connection, ngtcp2_vec *vectors, int max, size_t limit, int *count, int *fin);
void pq_stream_sent(pq_connection *connection, pq_stream *stream, uint64_t count, int fin);

#endif
