/** Asks the browser once; some allow it nowhere, and some only to pages that were installed. */
export async function askToNotify(): Promise<boolean> {
  if (!('Notification' in globalThis)) return false;
  return (await Notification.requestPermission()) === 'granted';
}
