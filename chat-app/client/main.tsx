/** The page's first script: nothing else runs before it is known that this address can keep a secret. */
import './styles/index.css';
import { createRoot } from 'react-dom/client';
import { secureAddress } from './session/address.ts';
import { Insecure } from './views/Insecure.tsx';

const page = document.createElement('div');
document.body.append(page);
const root = createRoot(page);

if (globalThis.isSecureContext) {
  const { start } = await import('./start.tsx');
  start(root);
} else {
  document.title = 'Not safe here · ByteChat';
  root.render(<Insecure address={secureAddress(location.href)} />);
}
