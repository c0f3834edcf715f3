export { locateBinaries } from './binaries.ts';
export type { PostgresBinaries, PostgresMajor } from './binaries.ts';
export { initCluster } from './cluster.ts';
export { copyTree } from './copy-tree.ts';
export { dataRootFor, makeServerFolder, removeDataRoot, runAs } from './identity.ts';
export { livingPostmaster, readPostmaster, stopOrphan } from './postmaster.ts';
export type { StopMode } from './postmaster.ts';
export { freePort, isPortFree, startServer, ServerStartError } from './server.ts';
export type { RunningServer, ServerExit } from './server.ts';
