/* version.h - the version of all programs; the Makefile reads it here. */
#ifndef COMMON_BASE_VERSION_H
#define COMMON_BASE_VERSION_H

#define CODICIL_VERSION "0.1.0"

#endif
