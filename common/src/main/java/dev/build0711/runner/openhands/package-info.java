/// The configured OpenHands backends and what every dialect needs to talk to one.
@NullMarked
package dev.build0711.runner.openhands;

import org.jspecify.annotations.NullMarked;
