/// The dialect of the older app server API, V0, which OpenHands had up to 1.6.
@NullMarked
package dev.build0711.runner.openhands.legacy;

import org.jspecify.annotations.NullMarked;
