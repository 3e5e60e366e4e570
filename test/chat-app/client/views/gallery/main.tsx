/** Shows one screen by the hash, in the theme of `?theme=`. */
import '../../../../../chat-app/client/styles/index.css';
import { useEffect } from 'react';
import { createRoot } from 'react-dom/client';
import { presses, screens } from './screens.tsx';

const page = document.createElement('div');
document.body.append(page);
document.documentElement.dataset.theme = new URLSearchParams(location.search).get('theme') ?? 'green';
const root = createRoot(page);

function Screen({ name }: { name: string }) {
  useEffect(() => {
    if (['members', 'details'].includes(name)) document.querySelector<HTMLElement>('.lock-line')?.click();
    if (name === 'details') document.querySelector<HTMLElement>('.side summary')?.click();
    void pressAll(presses[name]?.press ?? []).then(() => {
      document.body.dataset.screen = name;
    });
  }, [name]);
  return screens[name]?.() ?? <p>{Object.keys(screens).join(' ')}</p>;
}

/** Presses buttons one after the other, each as soon as it is there. */
async function pressAll(names: string[]): Promise<void> {
  for (const name of names) {
    const found = await appearing(() =>
      [...document.querySelectorAll('button')].find(({ textContent, ariaLabel }) =>
        [textContent?.trim(), ariaLabel].includes(name),
      ),
    );
    found.click();
  }
}

/** A frame passes between two looks. */
async function appearing(find: () => HTMLElement | undefined): Promise<HTMLElement> {
  const found = find();
  if (found) return found;
  await new Promise(requestAnimationFrame);
  return appearing(find);
}

function show() {
  const name = location.hash.slice(1);
  root.render(<Screen key={name} name={name} />);
}

addEventListener('hashchange', show);
show();
