import { type RefObject, useCallback, useLayoutEffect, useRef, useState } from 'react';

const NEARLY_PX = 24;

export interface Follow {
  scroller: RefObject<HTMLDivElement | null>;
  atEnd: boolean;
  onScroll(): void;
  jump(): void;
}

/** A log at its end follows what comes; anywhere else it stays where it is. `last` changes with the content. */
export function useFollow(last: unknown): Follow {
  const scroller = useRef<HTMLDivElement>(null);
  const [atEnd, setAtEnd] = useState(true);
  const following = useRef(true);
  const onScroll = useCallback(() => {
    following.current = scroller.current ? isAtEnd(scroller.current) : true;
    setAtEnd(following.current);
  }, []);
  const jump = useCallback(() => {
    following.current = true;
    scroller.current?.scrollTo({ top: scroller.current.scrollHeight });
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `last` says that the content has changed
  useLayoutEffect(() => {
    if (following.current) jump();
  }, [last, jump]);
  useLayoutEffect(() => {
    const observer = new ResizeObserver(() => following.current && jump());
    if (scroller.current) observer.observe(scroller.current);
    return () => observer.disconnect();
  }, [jump]);
  return { scroller, atEnd, onScroll, jump };
}

const isAtEnd = ({ scrollHeight, scrollTop, clientHeight }: HTMLElement): boolean =>
  scrollHeight - scrollTop - clientHeight < NEARLY_PX;
