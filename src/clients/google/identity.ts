import { restUrl } from './endpoint.ts';
import { accessToken, authClient, credentials } from './token.ts';

/** In ms: it only makes a sentence better. */
const TIMEOUT_MS = 5000;

/**
 * The e-mail address that the credentials stand for; empty when nobody says it. Of a service account or a machine it is
 * in the credentials, of a person in the token, for those who hold one.
 */
export const accountOf = async (): Promise<string> => {
  try {
    const auth = await credentials();
    const { client_email: email } = await auth.getCredentials().catch(() => ({ client_email: undefined }));
    return email ?? (await ofToken());
  } catch {
    return '';
  }
};

/** The same as IAM names it: `serviceAccount:ci@demo.iam.gserviceaccount.com`. */
export const memberOf = async (): Promise<string> => {
  const account = await accountOf();
  if (account === '') return '';
  return `${account.endsWith('.gserviceaccount.com') ? 'serviceAccount' : 'user'}:${account}`;
};

/** In the body, because addresses are written down on the way. */
const ofToken = async (): Promise<string> => {
  const client = await authClient();
  const { token } = await accessToken();
  const { data } = await client.transporter.request<{ email?: string }>({
    method: 'POST',
    url: restUrl('oauth2.googleapis.com', '/tokeninfo'),
    data: new URLSearchParams({ access_token: token }),
    timeout: TIMEOUT_MS,
    retry: false,
  });
  return data.email ?? '';
};
