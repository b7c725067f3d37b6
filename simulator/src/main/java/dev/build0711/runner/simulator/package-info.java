/// An OpenHands without a language model: it speaks the real one's HTTP on a real socket and plays
/// scripted scenarios, for demonstrations and as the other side of tests.
@NullMarked
package dev.build0711.runner.simulator;

import org.jspecify.annotations.NullMarked;
