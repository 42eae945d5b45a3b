/* jitserver.h - `crossgen --worker FD`: compiles methods for a running loader. */
#ifndef CROSSGEN_JITSERVER_H
#define CROSSGEN_JITSERVER_H

/* Serves requests (format/jitproto.h) on the socket until the loader goes. Exit code.
 */
int jitserver_run(int socket);

#endif
