/* What changed in ngtcp2 between 0.12 (Debian 12) and 1.x (Debian 13), under one name each. */
#ifndef NGTCP2_COMPAT_H
#define NGTCP2_COMPAT_H

#include <ngtcp2/ngtcp2.h>

#define PQ_NGTCP2_1 (NGTCP2_VERSION_NUM >= 0x010000)

#if PQ_NGTCP2_1
typedef ngtcp2_ccerr pq_error;
#define pq_error_default ngtcp2_ccerr_default
#define pq_error_liberr ngtcp2_ccerr_set_liberr
#define pq_error_alert ngtcp2_ccerr_set_tls_alert
#define pq_error_application ngtcp2_ccerr_set_application_error
#define pq_error_transport ngtcp2_ccerr_set_transport_error
#define PQ_ERROR_IS_APPLICATION NGTCP2_CCERR_TYPE_APPLICATION
#define pq_is_closing ngtcp2_conn_in_closing_period
#define pq_is_draining ngtcp2_conn_in_draining_period
#define pq_shutdown_write(conn, id, code) ngtcp2_conn_shutdown_stream_write((conn), 0, (id), (code))
#define pq_shutdown_read(conn, id, code) ngtcp2_conn_shutdown_stream_read((conn), 0, (id), (code))
#define PQ_KEEP_ALIVE_OFF UINT64_MAX
#define pq_conn_statistics ngtcp2_conn_get_conn_info
typedef ngtcp2_conn_info pq_statistics;
#else
typedef ngtcp2_connection_close_error pq_error;
#define pq_error_default ngtcp2_connection_close_error_default
#define pq_error_liberr ngtcp2_connection_close_error_set_transport_error_liberr
#define pq_error_alert ngtcp2_connection_close_error_set_transport_error_tls_alert
#define pq_error_application ngtcp2_connection_close_error_set_application_error
#define pq_error_transport ngtcp2_connection_close_error_set_transport_error
#define PQ_ERROR_IS_APPLICATION NGTCP2_CONNECTION_CLOSE_ERROR_CODE_TYPE_APPLICATION
#define pq_is_closing ngtcp2_conn_is_in_closing_period
#define pq_is_draining ngtcp2_conn_is_in_draining_period
#define pq_shutdown_write(conn, id, code) ngtcp2_conn_shutdown_stream_write((conn), (id), (code))
#define pq_shutdown_read(conn, id, code) ngtcp2_conn_shutdown_stream_read((conn), (id), (code))
#define PQ_KEEP_ALIVE_OFF 0
#define pq_conn_statistics ngtcp2_conn_get_conn_stat
typedef ngtcp2_conn_stat pq_statistics;
#endif

static inline void pq_header_token(const ngtcp2_pkt_hd *header, const uint8_t **token, size_t *length) {
#if PQ_NGTCP2_1
  *token = header->token;
  *length = header->tokenlen;
#else
  *token = header->token.base;
  *length = header->token.len;
#endif
}

static inline void pq_set_retry_token(ngtcp2_settings *settings, ngtcp2_pkt_hd *header) {
#if PQ_NGTCP2_1
  settings->token = header->token;
  settings->tokenlen = header->tokenlen;
  settings->token_type = NGTCP2_TOKEN_TYPE_RETRY;
#else
  settings->token = header->token;
#endif
}

static inline void pq_set_original_dcid(ngtcp2_transport_params *params, const ngtcp2_cid *dcid) {
  params->original_dcid = *dcid;
#if PQ_NGTCP2_1
  params->original_dcid_present = 1;
#endif
}

static inline void pq_peer_error(ngtcp2_conn *conn, pq_error *error) {
#if PQ_NGTCP2_1
  *error = *ngtcp2_conn_get_ccerr(conn);
#else
  pq_error_default(error);
  ngtcp2_conn_get_connection_close_error(conn, error);
#endif
}

#endif
