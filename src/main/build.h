/* main/build.h - what this program was built with. */
#ifndef INNKEEPER_MAIN_BUILD_H
#define INNKEEPER_MAIN_BUILD_H

#ifdef __clang__
#define BUILD_COMPILER __VERSION__
#else
#define BUILD_COMPILER "gcc " __VERSION__
#endif

#define BUILD_VERSION INNKEEPER_VERSION

#endif
