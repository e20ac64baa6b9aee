package org.senoscope.dataset.audit;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.senoscope.image.likeness.Texture;

/**
 * Textures of whole images, decoded again on demand; the last {@value #KEPT} are kept (64 KB each).
 * Safe for several threads.
 */
final class Details {
  private static final int KEPT = 512;

  private record Key(int place, int side, int reach) {}

  private final NearDuplicates.Images images;
  private final Map<Key, Texture> kept =
      new LinkedHashMap<>(KEPT, .75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Texture> eldest) {
          return size() > KEPT;
        }
      };

  Details(NearDuplicates.Images images) {
    this.images = images;
  }

  /** The texture of an image. Two threads may both decode it; both get the same. */
  Texture of(int place, int side, int reach) throws IOException {
    Key key = new Key(place, side, reach);
    @Nullable Texture known;
    synchronized (kept) {
      known = kept.get(key);
    }
    if (known != null) {
      return known;
    }
    Texture texture = images.texture(place, side, reach);
    synchronized (kept) {
      kept.put(key, texture);
    }
    return texture;
  }
}
