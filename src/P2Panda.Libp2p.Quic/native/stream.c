/* Streams: what is kept of each until it is acknowledged, and whose turn it is to send. */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

static pq_stream **bucket_of(pq_connection *connection, int64_t id) {
  return &connection->streams[((uint64_t)id >> 2) % PQ_STREAM_BUCKETS];   /* the low two bits are the kind of stream */
}

pq_stream *pq_stream_find(pq_connection *connection, int64_t id) {
  pq_stream *stream = *bucket_of(connection, id);
  while (stream && stream->id != id) stream = stream->bucket_next;
  return stream;
}

pq_stream *pq_stream_add(pq_connection *connection, int64_t id) {
  pq_stream *stream = calloc(1, sizeof *stream), **bucket = bucket_of(connection, id);
  if (!stream) return NULL;
  stream->id = id;
  stream->bucket_next = *bucket;
  return *bucket = stream;
}

/* ---- the ring of streams that have something to send ---- */

static void enqueue(pq_connection *connection, pq_stream *stream) {
  if (stream->queued) return;
  stream->queued = 1;
  pq_stream *head = connection->send_queue;
  if (!head) {
    connection->send_queue = stream->queue_next = stream->queue_previous = stream;
    return;
  }
  stream->queue_next = head;
  stream->queue_previous = head->queue_previous;
  head->queue_previous->queue_next = stream;
  head->queue_previous = stream;
}

static void dequeue(pq_connection *connection, pq_stream *stream) {
  if (!stream->queued) return;
  stream->queued = 0;
  if (stream->queue_next == stream) {
    connection->send_queue = NULL;
  } else {
    stream->queue_previous->queue_next = stream->queue_next;
    stream->queue_next->queue_previous = stream->queue_previous;
    if (connection->send_queue == stream) connection->send_queue = stream->queue_next;
  }
  stream->queue_next = stream->queue_previous = NULL;
}

void pq_stream_remove(pq_connection *connection, pq_stream *stream) {
  dequeue(connection, stream);
  pq_stream **link = bucket_of(connection, stream->id);
  while (*link != stream) link = &(*link)->bucket_next;
  *link = stream->bucket_next;
  for (pq_chunk *chunk = stream->head, *next; chunk; chunk = next) {
    next = chunk->next;
    free(chunk);
  }
  connection->held -= stream->end_offset - stream->acked_offset;
  free(stream);
}

void pq_streams_free(pq_connection *connection) {
  for (int i = 0; i < PQ_STREAM_BUCKETS; i++)
    while (connection->streams[i]) pq_stream_remove(connection, connection->streams[i]);
}

void pq_stream_shut(pq_connection *connection, pq_stream *stream) {
  stream->stopped = 1;
  dequeue(connection, stream);
}

/* ---- sending ---- */

pq_stream *pq_stream_next(pq_connection *connection, ngtcp2_vec *vectors, int max, size_t limit, int *count, int *fin) {
  pq_stream *stream = connection->send_queue;
  *count = *fin = 0;
  if (!stream) return NULL;
  while (stream->blocked_round == connection->round) {
    stream = stream->queue_next;
    if (stream == connection->send_queue) return NULL;
  }
  uint64_t at = stream->sent_offset;
  for (pq_chunk *chunk = stream->cursor; chunk && *count < max && at - stream->sent_offset < limit; chunk = chunk->next) {
    size_t skip = (size_t)(at - chunk->offset);
    if (chunk->length == skip) continue;
    vectors[*count].base = chunk->data + skip;
    vectors[*count].len = chunk->length - skip;
    at += chunk->length - skip;
    ++*count;
  }
  *fin = stream->fin && at == stream->end_offset;
  return stream;
}

void pq_stream_sent(pq_connection *connection, pq_stream *stream, uint64_t count, int fin) {
  stream->sent_offset += count;
  while (stream->cursor && stream->cursor->next && stream->sent_offset >= stream->cursor->offset + stream->cursor->length)
    stream->cursor = stream->cursor->next;
  if (stream->sent_offset < stream->end_offset) return;
  if (fin) stream->fin_sent = 1;
  if (!stream->fin || stream->fin_sent) dequeue(connection, stream);
}

/* Bytes a stream may still take: its own room and its connection's. */
static uint64_t room(const pq_connection *connection, const pq_stream *stream) {
  const pq_config *config = &connection->context->config;
  uint64_t mine = stream->end_offset - stream->acked_offset;
  uint64_t stream_room = mine < config->stream_send_buffer ? config->stream_send_buffer - mine : 0;
  uint64_t connection_room =
      connection->held < config->connection_send_buffer ? config->connection_send_buffer - connection->held : 0;
  return stream_room < connection_room ? stream_room : connection_room;
}

static void wake(pq_connection *connection, pq_stream *stream) {
  stream->wants_writable = 0;
  connection->context->callbacks.stream_writable(connection->user, stream->id);
}

void pq_streams_wake(pq_connection *connection) {
  if (!connection->streams_starved || connection->held > connection->context->config.connection_send_buffer / 2) return;
  connection->streams_starved = 0;
  for (int i = 0; i < PQ_STREAM_BUCKETS; i++)
    for (pq_stream *stream = connection->streams[i]; stream; stream = stream->bucket_next)
      if (stream->wants_writable) wake(connection, stream);
}

void pq_stream_acked(pq_connection *connection, pq_stream *stream, uint64_t offset) {
  connection->held -= offset - stream->acked_offset;
  stream->acked_offset = offset;
  while (stream->head && stream->head->offset + stream->head->length <= offset &&
         (stream->head != stream->cursor || offset == stream->end_offset)) {
    pq_chunk *chunk = stream->head;
    stream->head = chunk->next;
    free(chunk);
  }
  if (!stream->head) stream->tail = stream->cursor = NULL;
  pq_streams_wake(connection);
  if (stream->wants_writable && !connection->streams_starved &&
      stream->end_offset - offset <= connection->context->config.stream_send_buffer / 2)
    wake(connection, stream);
}

static pq_chunk *append_chunk(pq_stream *stream, uint64_t wanted) {
  uint32_t capacity = wanted < PQ_CHUNK_MIN ? PQ_CHUNK_MIN : wanted > PQ_CHUNK_MAX ? PQ_CHUNK_MAX : (uint32_t)wanted;
  pq_chunk *chunk = malloc(sizeof *chunk + capacity);
  if (!chunk) return NULL;
  chunk->next = NULL;
  chunk->offset = stream->end_offset;
  chunk->length = 0;
  chunk->capacity = capacity;
  if (stream->tail) stream->tail->next = chunk;
  else stream->head = stream->cursor = chunk;
  stream->tail = chunk;
  if (stream->cursor != chunk && stream->sent_offset >= stream->cursor->offset + stream->cursor->length)
    stream->cursor = chunk;   /* everything before it is sent, so the cursor was at the old tail */
  return chunk;
}

int64_t pq_stream_open(pq_connection *connection) {
  int64_t id;
  int code = ngtcp2_conn_open_bidi_stream(connection->conn, &id, NULL);
  if (code == NGTCP2_ERR_STREAM_ID_BLOCKED) return PQ_BLOCKED;
  return code == 0 && pq_stream_add(connection, id) ? id : PQ_FAILED;
}

int64_t pq_stream_write(pq_connection *connection, int64_t id, const uint8_t *data, uint32_t length, int fin) {
  pq_stream *stream = pq_stream_find(connection, id);
  if (!stream || stream->stopped || stream->fin) return PQ_GONE;
  uint64_t free_room = room(connection, stream);
  uint32_t taken = free_room < length ? (uint32_t)free_room : length;
  for (uint32_t left = taken; left;) {
    pq_chunk *chunk = stream->tail;
    if (!chunk || chunk->length == chunk->capacity) chunk = append_chunk(stream, left);
    if (!chunk) return PQ_FAILED;
    uint32_t part = chunk->capacity - chunk->length < left ? chunk->capacity - chunk->length : left;
    memcpy(chunk->data + chunk->length, data, part);
    chunk->length += part;
    stream->end_offset += part;
    connection->held += part;
    data += part;
    left -= part;
  }
  if (taken < length) {
    stream->wants_writable = 1;
    if (connection->held >= connection->context->config.connection_send_buffer) connection->streams_starved = 1;
  } else if (fin) {
    stream->fin = 1;
  }
  if (stream->sent_offset < stream->end_offset || (stream->fin && !stream->fin_sent)) enqueue(connection, stream);
  return taken;
}

void pq_stream_consume(pq_connection *connection, int64_t id, uint64_t count) {
  ngtcp2_conn_extend_max_stream_offset(connection->conn, id, count);   /* refuses quietly when the stream is gone */
  ngtcp2_conn_extend_max_offset(connection->conn, count);
}

int pq_stream_reset(pq_connection *connection, int64_t id, uint64_t code) {
  pq_stream *stream = pq_stream_find(connection, id);
  if (stream) pq_stream_shut(connection, stream);
  return pq_shutdown_write(connection->conn, id, code) == 0 ? PQ_OK : PQ_FAILED;
}

int pq_stream_stop(pq_connection *connection, int64_t id, uint64_t code) {
  return pq_shutdown_read(connection->conn, id, code) == 0 ? PQ_OK : PQ_FAILED;
}
