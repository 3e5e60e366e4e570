/** What we use of it, by name: a bundle then holds that, and not the 15 MB of every kind of object that there is. */
export { Exec, KubeConfig } from '@kubernetes/client-node';
