# The JVM's options by verb, for ./senoscope and for the start script of a package: sourced by any
# POSIX shell. Puts them, as words without spaces, into jvm.
# shellcheck shell=sh

jvm_options() {
  jvm="-XX:+UseSerialGC -XX:-UsePerfData -Djava.awt.headless=true"
  jvm="$jvm --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow"
  # The heap's bound: the rest of the memory is for images and networks outside the heap.
  case $1 in
    train | claims) jvm="$jvm -Xmx2g" ;;
    # Short of heap at first and with the quick compiler alone, which serving needs no more than:
    # half the start and a fifth of the memory. The bound leaves room for films of 40 megapixels.
    serve | demo | warm-up) jvm="$jvm -XX:TieredStopAtLevel=1 -Xms40m -Xmn20m -Xmx640m -Xss512k" ;;
    import | audit | split | evaluate | explain | predict | steps | arrays | bench | export) jvm="$jvm -Xmx640m" ;;
    *) jvm="$jvm -XX:TieredStopAtLevel=1 -Xmx640m" ;;
  esac
}
