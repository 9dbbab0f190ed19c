package farsight;

import farsight.vector.VectorSupport;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/** Loads the Vector API, by asking for it, before JUnit looks at tests that use it themselves. */
public final class VectorsFirst implements LauncherSessionListener {

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        VectorSupport.available();
    }
}
