/** What we use of it, by name, so that a bundle holds that and no more. */
export { GoogleAuth, PassThroughClient, UserRefreshClient } from 'google-auth-library';
