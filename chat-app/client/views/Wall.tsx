import type { ReactNode } from 'react';
import { Icon } from './Icon.tsx';

export interface WallProps {
  code: string;
  title: string;
  children: ReactNode;
}

/** A whole screen for what makes the chat impossible here. */
export function Wall({ code, title, children }: WallProps) {
  return (
    <main className="entrance">
      <div className="wall" role="alert">
        <p className="wall-code">
          <Icon name="stop" /> {code}
        </p>
        <h1>{title}</h1>
        {children}
      </div>
    </main>
  );
}
