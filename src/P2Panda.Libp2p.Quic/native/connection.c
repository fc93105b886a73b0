/* Connections: ngtcp2 with our callbacks, and the stateless answers around them (RFC 9000 sections 5.2, 6, 8.1, 10.3). */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sys/socket.h>

#include "internal.h"

#define PQ_RETRY_TOKEN_LIFETIME (10 * NGTCP2_SECONDS)
#define PQ_INITIAL_DATAGRAM_MIN 1200   /* RFC 9000 section 14.1 */
#define PQ_DIALED_CID_LENGTH 18        /* of the random id a dialer makes up for the listener */
#define PQ_ACTIVE_CIDS 7

/* ---- ngtcp2 calls back ---- */

static const pq_callbacks *callbacks_of(const pq_connection *connection) { return &connection->context->callbacks; }

static void on_rand(uint8_t *out, size_t length, const ngtcp2_rand_ctx *context) {
  (void)context;
  if (pq_random(out, length) != 0) abort();   /* no randomness, no cryptography */
}

static int on_new_cid(ngtcp2_conn *conn, ngtcp2_cid *cid, uint8_t *token, size_t length, void *user) {
  (void)conn;
  pq_connection *connection = user;
  cid->datalen = length;
  if (pq_random(cid->data, length) != 0 ||
      ngtcp2_crypto_generate_stateless_reset_token(token, connection->context->secret, PQ_SECRET_LENGTH, cid) != 0)
    return NGTCP2_ERR_CALLBACK_FAILURE;
  callbacks_of(connection)->cid_added(connection->user, cid->data, (uint32_t)length);
  return 0;
}

static int on_remove_cid(ngtcp2_conn *conn, const ngtcp2_cid *cid, void *user) {
  (void)conn;
  pq_connection *connection = user;
  callbacks_of(connection)->cid_removed(connection->user, cid->data, (uint32_t)cid->datalen);
  return 0;
}

static void established(pq_connection *connection) {
  if (connection->is_established) return;
  connection->is_established = 1;
  callbacks_of(connection)->established(connection->user);
}

/* A dialer's handshake completes before the listener has judged its certificate; only HANDSHAKE_DONE says it was accepted. */
static int on_handshake_completed(ngtcp2_conn *conn, void *user) {
  (void)conn;
  pq_connection *connection = user;
  if (connection->is_server) established(connection);
  return 0;
}

static int on_handshake_confirmed(ngtcp2_conn *conn, void *user) {
  (void)conn;
  established(user);
  return 0;
}

static int on_stream_open(ngtcp2_conn *conn, int64_t id, void *user) {
  (void)conn;
  pq_connection *connection = user;
  if (!pq_stream_add(connection, id)) return NGTCP2_ERR_CALLBACK_FAILURE;
  callbacks_of(connection)->stream_opened(connection->user, id);
  return 0;
}

static int on_stream_data(ngtcp2_conn *conn, uint32_t flags, int64_t id, uint64_t offset, const uint8_t *data, size_t length,
                          void *user, void *stream_user) {
  (void)conn, (void)offset, (void)stream_user;
  pq_connection *connection = user;
  callbacks_of(connection)->stream_data(connection->user, id, data, (uint32_t)length,
                                        (flags & NGTCP2_STREAM_DATA_FLAG_FIN) != 0);
  return 0;
}

static int on_acked(ngtcp2_conn *conn, int64_t id, uint64_t offset, uint64_t length, void *user, void *stream_user) {
  (void)conn, (void)stream_user;
  pq_connection *connection = user;
  pq_stream *stream = pq_stream_find(connection, id);
  if (stream) pq_stream_acked(connection, stream, offset + length);
  return 0;
}

static int on_stream_close(ngtcp2_conn *conn, uint32_t flags, int64_t id, uint64_t code, void *user, void *stream_user) {
  (void)flags, (void)code, (void)stream_user;
  pq_connection *connection = user;
  pq_stream *stream = pq_stream_find(connection, id);
  if (stream) pq_stream_remove(connection, stream);
  if (!ngtcp2_conn_is_local_stream(conn, id)) ngtcp2_conn_extend_max_streams_bidi(conn, 1);
  callbacks_of(connection)->stream_closed(connection->user, id);
  pq_streams_wake(connection);
  return 0;
}

static int on_stream_reset(ngtcp2_conn *conn, int64_t id, uint64_t size, uint64_t code, void *user, void *stream_user) {
  (void)conn, (void)size, (void)stream_user;
  pq_connection *connection = user;
  callbacks_of(connection)->stream_reset(connection->user, id, code);
  return 0;
}

static int on_streams_available(ngtcp2_conn *conn, uint64_t max, void *user) {
  (void)conn, (void)max;
  pq_connection *connection = user;
  callbacks_of(connection)->streams_available(connection->user);
  return 0;
}

__attribute__((format(printf, 2, 3))) static void on_log(void *user, const char *format, ...) {
  pq_connection *connection = user;
  char line[1024];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(line, sizeof line, format, arguments);
  va_end(arguments);
  if (callbacks_of(connection)->log) callbacks_of(connection)->log(line);
}

static const ngtcp2_callbacks CALLBACKS = {
    .client_initial = ngtcp2_crypto_client_initial_cb,
    .recv_client_initial = ngtcp2_crypto_recv_client_initial_cb,
    .recv_crypto_data = ngtcp2_crypto_recv_crypto_data_cb,
    .encrypt = ngtcp2_crypto_encrypt_cb,
    .decrypt = ngtcp2_crypto_decrypt_cb,
    .hp_mask = ngtcp2_crypto_hp_mask_cb,
    .recv_retry = ngtcp2_crypto_recv_retry_cb,
    .update_key = ngtcp2_crypto_update_key_cb,
    .delete_crypto_aead_ctx = ngtcp2_crypto_delete_crypto_aead_ctx_cb,
    .delete_crypto_cipher_ctx = ngtcp2_crypto_delete_crypto_cipher_ctx_cb,
    .get_path_challenge_data = ngtcp2_crypto_get_path_challenge_data_cb,
    .version_negotiation = ngtcp2_crypto_version_negotiation_cb,
    .rand = on_rand,
    .get_new_connection_id = on_new_cid,
    .remove_connection_id = on_remove_cid,
    .handshake_completed = on_handshake_completed,
    .handshake_confirmed = on_handshake_confirmed,
    .stream_open = on_stream_open,
    .recv_stream_data = on_stream_data,
    .acked_stream_data_offset = on_acked,
    .stream_close = on_stream_close,
    .stream_reset = on_stream_reset,
    .extend_max_local_streams_bidi = on_streams_available,
};

/* ---- making and freeing ---- */

static ngtcp2_path path_of(const void *local, uint32_t local_length, const void *remote, uint32_t remote_length) {
  ngtcp2_path path;
  memset(&path, 0, sizeof path);
  path.local.addr = (ngtcp2_sockaddr *)local;
  path.local.addrlen = local_length;
  path.remote.addr = (ngtcp2_sockaddr *)remote;
  path.remote.addrlen = remote_length;
  return path;
}

static int random_cid(ngtcp2_cid *cid, size_t length) {
  cid->datalen = length;
  return pq_random(cid->data, length);
}

static pq_connection *allocate(pq_context *context, void *user, int is_server) {
  pq_connection *connection = calloc(1, sizeof *connection);
  if (!connection) return NULL;
  connection->context = context;
  connection->user = user;
  connection->is_server = is_server != 0;
  connection->round = 1;   /* streams start at 0: blocked in no round */
  pq_error_default(&connection->error);
  if (pq_tls_start(connection) == 0) return connection;
  pq_free(connection);
  return NULL;
}

static void fill_parameters(const pq_config *config, ngtcp2_settings *settings, ngtcp2_transport_params *params, uint64_t now) {
  ngtcp2_settings_default(settings);
  settings->initial_ts = now;
  settings->handshake_timeout = config->handshake_timeout_ms * NGTCP2_MILLISECONDS;
  settings->max_window = config->connection_window;
  settings->max_stream_window = config->stream_window;
  if (config->max_udp_payload) settings->max_tx_udp_payload_size = config->max_udp_payload;
  settings->no_pmtud = (config->flags & PQ_FLAG_NO_PMTUD) != 0;
  if (config->flags & PQ_FLAG_LOG) settings->log_printf = on_log;
  ngtcp2_transport_params_default(params);
  params->max_idle_timeout = config->idle_timeout_ms * NGTCP2_MILLISECONDS;
  params->initial_max_streams_bidi = config->max_streams;
  params->initial_max_streams_uni = 0;
  params->initial_max_stream_data_bidi_local = config->stream_window;
  params->initial_max_stream_data_bidi_remote = config->stream_window;
  params->initial_max_data = config->connection_window;
  params->active_connection_id_limit = PQ_ACTIVE_CIDS;
}

static void attach(pq_connection *connection) {
  uint64_t keep_alive = connection->context->config.keep_alive_ms;
  ngtcp2_conn_set_tls_native_handle(connection->conn, connection->tls);
  ngtcp2_conn_set_keep_alive_timeout(connection->conn, keep_alive ? keep_alive * NGTCP2_MILLISECONDS : PQ_KEEP_ALIVE_OFF);
}

pq_connection *pq_connect(pq_context *context, void *user, const void *local, uint32_t local_length, const void *remote,
                          uint32_t remote_length, uint64_t now) {
  ngtcp2_settings settings;
  ngtcp2_transport_params params;
  ngtcp2_cid dcid, scid;
  ngtcp2_path path = path_of(local, local_length, remote, remote_length);
  pq_connection *connection = allocate(context, user, 0);
  if (!connection) return NULL;
  fill_parameters(&context->config, &settings, &params, now);
  if (random_cid(&dcid, PQ_DIALED_CID_LENGTH) != 0 || random_cid(&scid, PQ_CID_LENGTH) != 0 ||
      ngtcp2_conn_client_new(&connection->conn, &dcid, &scid, &path, NGTCP2_PROTO_VER_V1, &CALLBACKS, &settings, &params,
                             NULL, connection) != 0) {
    pq_free(connection);
    return NULL;
  }
  attach(connection);
  context->callbacks.cid_added(user, scid.data, PQ_CID_LENGTH);
  return connection;
}

static int is_initial_of_ours(const uint8_t *datagram, uint32_t length, ngtcp2_pkt_hd *header) {
  memset(header, 0, sizeof *header);
  int code = ngtcp2_accept(header, datagram, length);
  return (code == 0 || code == NGTCP2_ERR_RETRY) && header->version == NGTCP2_PROTO_VER_V1 &&
         length >= PQ_INITIAL_DATAGRAM_MIN;
}

pq_connection *pq_accept(pq_context *context, void *user, const uint8_t *datagram, uint32_t length, const void *local,
                         uint32_t local_length, const void *remote, uint32_t remote_length, int require_token, uint64_t now,
                         int *status) {
  ngtcp2_pkt_hd header;
  ngtcp2_settings settings;
  ngtcp2_transport_params params;
  ngtcp2_cid scid, original_dcid;
  const uint8_t *token;
  size_t token_length;
  int is_token_valid = 0;
  *status = PQ_DROP;
  if (!is_initial_of_ours(datagram, length, &header)) return NULL;
  pq_header_token(&header, &token, &token_length);
  if (token_length && token[0] == NGTCP2_CRYPTO_TOKEN_MAGIC_RETRY)
    is_token_valid = ngtcp2_crypto_verify_retry_token(&original_dcid, token, token_length, context->secret, PQ_SECRET_LENGTH,
                                                      header.version, remote, remote_length, &header.dcid,
                                                      PQ_RETRY_TOKEN_LIFETIME, now) == 0;
  *status = PQ_RETRY;
  if (require_token && !is_token_valid) return NULL;
  *status = PQ_FAILED;
  pq_connection *connection = allocate(context, user, 1);
  if (!connection) return NULL;
  fill_parameters(&context->config, &settings, &params, now);
  if (is_token_valid) {
    pq_set_retry_token(&settings, &header);
    pq_set_original_dcid(&params, &original_dcid);
    params.retry_scid = header.dcid;
    params.retry_scid_present = 1;
  } else {
    pq_set_original_dcid(&params, &header.dcid);
  }
  ngtcp2_path path = path_of(local, local_length, remote, remote_length);
  if (random_cid(&scid, PQ_CID_LENGTH) != 0 ||
      ngtcp2_crypto_generate_stateless_reset_token(params.stateless_reset_token, context->secret, PQ_SECRET_LENGTH, &scid) != 0)
    goto failed;
  params.stateless_reset_token_present = 1;
  if (ngtcp2_conn_server_new(&connection->conn, &header.scid, &scid, &path, header.version, &CALLBACKS, &settings, &params,
                             NULL, connection) != 0)
    goto failed;
  attach(connection);
  context->callbacks.cid_added(user, scid.data, PQ_CID_LENGTH);
  context->callbacks.cid_added(user, header.dcid.data, (uint32_t)header.dcid.datalen);
  *status = PQ_OK;
  return connection;

failed:
  pq_free(connection);
  return NULL;
}

void pq_free(pq_connection *connection) {
  if (!connection) return;
  if (connection->conn) ngtcp2_conn_del(connection->conn);
  if (connection->tls) gnutls_deinit(connection->tls);
  pq_streams_free(connection);
  free(connection);
}

/* ---- datagrams that belong to no connection ---- */

int pq_parse(const uint8_t *datagram, uint32_t length, uint8_t *cid, uint32_t *cid_length, uint32_t *is_long,
             uint32_t *supported) {
  ngtcp2_version_cid parts;
  memset(&parts, 0, sizeof parts);
  int code = ngtcp2_pkt_decode_version_cid(&parts, datagram, length, PQ_CID_LENGTH);
  if (code != 0 && code != NGTCP2_ERR_VERSION_NEGOTIATION) return PQ_FAILED;
  if (parts.dcidlen > PQ_CID_MAX) return PQ_FAILED;
  *is_long = datagram[0] >> 7;
  /* Version 0 is Version Negotiation itself: never answered, but it may belong to one of our dials. */
  *supported = !*is_long || parts.version == NGTCP2_PROTO_VER_V1 || parts.version == 0;
  *cid_length = (uint32_t)parts.dcidlen;
  memcpy(cid, parts.dcid, parts.dcidlen);
  return PQ_OK;
}

int pq_write_version_negotiation(const uint8_t *datagram, uint32_t length, uint8_t *out, uint32_t capacity) {
  static const uint32_t versions[] = {NGTCP2_PROTO_VER_V1};
  ngtcp2_version_cid parts;
  uint8_t noise;
  memset(&parts, 0, sizeof parts);
  int code = ngtcp2_pkt_decode_version_cid(&parts, datagram, length, PQ_CID_LENGTH);
  if ((code != 0 && code != NGTCP2_ERR_VERSION_NEGOTIATION) || !(datagram[0] & 0x80) || parts.version == 0 ||
      parts.version == NGTCP2_PROTO_VER_V1 || length < PQ_INITIAL_DATAGRAM_MIN || pq_random(&noise, 1) != 0)
    return 0;
  ngtcp2_ssize written = ngtcp2_pkt_write_version_negotiation(out, capacity, noise, parts.scid, parts.scidlen, parts.dcid,
                                                              parts.dcidlen, versions, 1);
  return written < 0 ? 0 : (int)written;
}

int pq_write_retry(pq_context *context, const uint8_t *datagram, uint32_t length, const void *remote, uint32_t remote_length,
                   uint8_t *out, uint32_t capacity, uint64_t now) {
  ngtcp2_pkt_hd header;
  ngtcp2_cid scid;
  uint8_t token[NGTCP2_CRYPTO_MAX_RETRY_TOKENLEN];
  if (!is_initial_of_ours(datagram, length, &header) || random_cid(&scid, PQ_CID_LENGTH) != 0) return 0;
  ngtcp2_ssize token_length =
      ngtcp2_crypto_generate_retry_token(token, context->secret, PQ_SECRET_LENGTH, header.version, remote, remote_length,
                                         &scid, &header.dcid, now);
  if (token_length < 0) return 0;
  ngtcp2_ssize written = ngtcp2_crypto_write_retry(out, capacity, header.version, &header.scid, &scid, &header.dcid, token,
                                                   (size_t)token_length);
  return written < 0 ? 0 : (int)written;
}

int pq_write_stateless_reset(pq_context *context, const uint8_t *cid, uint32_t cid_length, uint32_t trigger_length,
                             uint8_t *out, uint32_t capacity) {
  uint8_t token[NGTCP2_STATELESS_RESET_TOKENLEN], noise[NGTCP2_MIN_STATELESS_RESET_RANDLEN + 16];
  ngtcp2_cid id;
  /* Shorter than what triggered it, or two endpoints would reset each other for ever (RFC 9000 section 10.3.3). */
  size_t noise_length = sizeof noise;
  if (noise_length + sizeof token >= trigger_length) noise_length = NGTCP2_MIN_STATELESS_RESET_RANDLEN;
  if (noise_length + sizeof token >= trigger_length || cid_length > PQ_CID_MAX) return 0;
  ngtcp2_cid_init(&id, cid, cid_length);
  if (ngtcp2_crypto_generate_stateless_reset_token(token, context->secret, PQ_SECRET_LENGTH, &id) != 0 ||
      pq_random(noise, noise_length) != 0)
    return 0;
  ngtcp2_ssize written = ngtcp2_pkt_write_stateless_reset(out, capacity, token, noise, noise_length);
  return written < 0 ? 0 : (int)written;
}

/* ---- datagrams in, datagrams out ---- */

static int status_of(pq_connection *connection, int code) {
  switch (code) {
  case 0:
  case NGTCP2_ERR_CLOSING: return PQ_OK;
  case NGTCP2_ERR_DRAINING: return PQ_DRAINING;
  case NGTCP2_ERR_DROP_CONN:
  case NGTCP2_ERR_RETRY: return PQ_DROP;   /* Retry is the caller's decision and was made in pq_accept */
  case NGTCP2_ERR_IDLE_CLOSE:
  case NGTCP2_ERR_HANDSHAKE_TIMEOUT: return PQ_TIMED_OUT;
  }
  if (!connection->has_error) {
    connection->has_error = 1;
    if (code == NGTCP2_ERR_CRYPTO)
      pq_error_alert(&connection->error, ngtcp2_conn_get_tls_alert(connection->conn), NULL, 0);
    else
      pq_error_liberr(&connection->error, code, NULL, 0);
  }
  return PQ_CLOSE;
}

/* ngtcp2 1.x aborts when time goes backwards, so that is made sure of here and not left to every caller. */
static uint64_t forward(pq_connection *connection, uint64_t now) {
  if (now > connection->last) connection->last = now;
  return connection->last;
}

int pq_read(pq_connection *connection, const void *local, uint32_t local_length, const void *remote, uint32_t remote_length,
            const uint8_t *datagram, uint32_t length, uint64_t now) {
  ngtcp2_path path = path_of(local, local_length, remote, remote_length);
  ngtcp2_pkt_info info;
  memset(&info, 0, sizeof info);
  return status_of(connection, ngtcp2_conn_read_pkt(connection->conn, &path, &info, datagram, length,
                                                    forward(connection, now)));
}

uint64_t pq_expiry(pq_connection *connection) { return ngtcp2_conn_get_expiry(connection->conn); }

int pq_on_timer(pq_connection *connection, uint64_t now) {
  return status_of(connection, ngtcp2_conn_handle_expiry(connection->conn, forward(connection, now)));
}

/* One datagram, filled from as many streams as fit. */
static ngtcp2_ssize write_datagram(pq_connection *connection, uint8_t *out, size_t size, ngtcp2_path *path, uint64_t now) {
  ngtcp2_pkt_info info;
  ngtcp2_vec vectors[8];
  for (;;) {
    int count, fin;
    ngtcp2_ssize accepted = -1;
    pq_stream *stream = pq_stream_next(connection, vectors, 8, size, &count, &fin);
    uint32_t flags = stream ? NGTCP2_WRITE_STREAM_FLAG_MORE | (fin ? NGTCP2_WRITE_STREAM_FLAG_FIN : 0) : 0;
    ngtcp2_ssize written = ngtcp2_conn_writev_stream(connection->conn, path, &info, out, size, &accepted, flags,
                                                     stream ? stream->id : -1, vectors, (size_t)count, now);
    switch (written) {
    case NGTCP2_ERR_WRITE_MORE:
      pq_stream_sent(connection, stream, (uint64_t)accepted, fin);
      continue;
    case NGTCP2_ERR_STREAM_DATA_BLOCKED:
      stream->blocked_round = connection->round;
      continue;
    case NGTCP2_ERR_STREAM_SHUT_WR:
    case NGTCP2_ERR_STREAM_NOT_FOUND:
      pq_stream_shut(connection, stream);
      callbacks_of(connection)->stream_stopped(connection->user, stream->id);
      continue;
    }
    if (written > 0 && stream && accepted >= 0) {
      pq_stream_sent(connection, stream, (uint64_t)accepted, fin);
      if (connection->send_queue) connection->send_queue = connection->send_queue->queue_next;   /* each stream in turn */
    }
    return written;
  }
}

int pq_write(pq_connection *connection, uint8_t *out, uint32_t capacity, pq_packet *packets, uint32_t max, uint64_t now) {
  ngtcp2_path_storage path;
  size_t size = ngtcp2_conn_get_max_tx_udp_payload_size(connection->conn);
  uint32_t count = 0, used = 0;
  ngtcp2_path_storage_zero(&path);
  now = forward(connection, now);
  connection->round++;
  while (count < max && capacity - used >= size) {
    ngtcp2_ssize written = write_datagram(connection, out + used, size, &path.path, now);
    if (written == 0) break;
    if (written < 0) {
      int status = status_of(connection, (int)written);
      if (count == 0) return status;
      break;
    }
    packets[count].size = (uint32_t)written;
    packets[count].remote_length = (uint32_t)path.path.remote.addrlen;
    memcpy(packets[count].remote, path.path.remote.addr, path.path.remote.addrlen);
    used += (uint32_t)written;
    count++;
  }
  /* The pacer counts from the burst's end. During the handshake there is no round trip to pace by but the assumed 333 ms,
   * which would hold the dialer's Finished back for 27 ms; the initial window is bound enough (RFC 9002 section 7.7). */
  if (count && connection->is_established) ngtcp2_conn_update_pkt_tx_time(connection->conn, now);
  return (int)count;
}

int pq_close(pq_connection *connection, int kind, uint64_t code, const uint8_t *reason, uint32_t reason_length, uint8_t *out,
             uint32_t capacity, void *remote, uint32_t *remote_length, uint64_t now) {
  ngtcp2_path_storage path;
  ngtcp2_pkt_info info;
  if (pq_is_closing(connection->conn) || pq_is_draining(connection->conn)) return 0;
  if (kind == PQ_CLOSE_APPLICATION)
    pq_error_application(&connection->error, code, (uint8_t *)reason, reason_length);
  else if (kind == PQ_CLOSE_TRANSPORT)
    pq_error_transport(&connection->error, code, (uint8_t *)reason, reason_length);
  ngtcp2_path_storage_zero(&path);
  ngtcp2_ssize written =
      ngtcp2_conn_write_connection_close(connection->conn, &path.path, &info, out, capacity, &connection->error,
                                         forward(connection, now));
  if (kind != PQ_CLOSE_PENDING) connection->error.reason = NULL, connection->error.reasonlen = 0;   /* the caller's memory */
  if (written <= 0) return 0;
  memcpy(remote, path.path.remote.addr, path.path.remote.addrlen);
  *remote_length = (uint32_t)path.path.remote.addrlen;
  return (int)written;
}

int pq_close_reason(pq_connection *connection, int from_peer, int *is_application, uint64_t *code, uint8_t *reason,
                    uint32_t capacity) {
  pq_error error = connection->error;
  if (from_peer) pq_peer_error(connection->conn, &error);
  *is_application = error.type == PQ_ERROR_IS_APPLICATION;
  *code = error.error_code;
  uint32_t length = error.reasonlen < capacity ? (uint32_t)error.reasonlen : capacity;
  if (!error.reason) return 0;
  memcpy(reason, error.reason, length);
  return (int)length;
}

void pq_get_info(pq_connection *connection, pq_info *info) {
  pq_statistics statistics;
  pq_conn_statistics(connection->conn, &statistics);
  info->smoothed_rtt = statistics.smoothed_rtt;
  info->probe_timeout = ngtcp2_conn_get_pto(connection->conn);
  info->congestion_window = statistics.cwnd;
  info->bytes_in_flight = statistics.bytes_in_flight;
  info->streams_left = ngtcp2_conn_get_streams_bidi_left(connection->conn);
  info->path_mtu = ngtcp2_conn_get_path_max_tx_udp_payload_size(connection->conn);
}

int pq_remote_address(pq_connection *connection, void *out, uint32_t capacity) {
  const ngtcp2_path *path = ngtcp2_conn_get_path(connection->conn);
  if (path->remote.addrlen > capacity) return 0;
  memcpy(out, path->remote.addr, path->remote.addrlen);
  return (int)path->remote.addrlen;
}

const char *pq_cipher(pq_connection *connection) { return gnutls_cipher_get_name(gnutls_cipher_get(connection->tls)); }
