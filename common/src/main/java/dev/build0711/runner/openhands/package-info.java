/// The configured OpenHands backends and what every dialect needs to talk to one: exchanges over
/// HTTP that end in time, read no more than they may, and always have an answer.
@NullMarked
package dev.build0711.runner.openhands;

import org.jspecify.annotations.NullMarked;
