/// The dialect of the V1 app server of OpenHands (0.60 and later), which keeps a sandbox with an
/// agent-server of its own for every conversation.
@NullMarked
package dev.build0711.runner.openhands.appserver;

import org.jspecify.annotations.NullMarked;
