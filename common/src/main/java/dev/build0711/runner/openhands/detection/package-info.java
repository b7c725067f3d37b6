/// Finding out which of OpenHands' APIs a server speaks, and noticing when that changes.
@NullMarked
package dev.build0711.runner.openhands.detection;

import org.jspecify.annotations.NullMarked;
