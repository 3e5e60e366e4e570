/** Only for a connection without TLS, to a stand-in; the SDKs load it in any case. */
export { grpc } from 'google-gax';
