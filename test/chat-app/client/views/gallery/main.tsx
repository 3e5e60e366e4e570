/** Shows one screen by the hash, in the theme of `?theme=`. */
import '../../../../../chat-app/client/styles/index.css';
import { useEffect } from 'react';
import { createRoot } from 'react-dom/client';
import { screens } from './screens.tsx';

const page = document.createElement('div');
document.body.append(page);
document.documentElement.dataset.theme = new URLSearchParams(location.search).get('theme') ?? 'green';
const root = createRoot(page);

function Screen({ name }: { name: string }) {
  useEffect(() => {
    if (name === 'members') document.querySelector<HTMLElement>('.lock-line')?.click();
    document.body.dataset.screen = name;
  }, [name]);
  return screens[name]?.() ?? <p>{Object.keys(screens).join(' ')}</p>;
}

function show() {
  const name = location.hash.slice(1);
  root.render(<Screen key={name} name={name} />);
}

addEventListener('hashchange', show);
show();
