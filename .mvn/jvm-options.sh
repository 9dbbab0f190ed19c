# Sourced by ./farsight and `make bench`, with $root the project's folder.
# jvm_options BACKEND: fills the array `options`. BACKEND is opencl, ptx, …, `any` for whatever the SDK
# has, or empty for a plain JVM. Without an SDK it is a plain JVM too: the program itself then says which
# devices there are.

# The features live outside the Java heap, in arrays that HotSpot counts as direct memory and bounds by
# the size of the heap unless told: allow all that the machine, or the container, has.
physical_memory() {
  local bytes='' key value rest line path limit
  if [ -r /proc/meminfo ]; then
    while read -r key value rest; do
      [ "$key" = MemTotal: ] && bytes=$((value * 1024)) && break
    done </proc/meminfo
    while IFS= read -r line; do
      case $line in
        0::*) path=/sys/fs/cgroup${line#0::} limit=memory.max ;;
        *:memory:*) path=/sys/fs/cgroup/memory${line#*:memory:} limit=memory.limit_in_bytes ;;
        *) continue ;;
      esac
      # A limit binds all below it; and a container sees its own group as the root.
      while :; do
        if read -r value 2>/dev/null <"$path/$limit" && [ "$value" != max ] && [ "${#value}" -lt 19 ] && [ "$value" -lt "$bytes" ]; then
          bytes=$value
        fi
        case $path in
          /sys/fs/cgroup | /sys/fs/cgroup/memory) break ;;
        esac
        path=${path%/*}
      done
    done 2>/dev/null </proc/self/cgroup
  else
    bytes=$(sysctl -n hw.memsize 2>/dev/null)
  fi
  echo "${bytes:-4294967296}"
}

jvm_options() {
  local backend=$1 sdk='' profile
  [ -z "$backend" ] || sdk=$("$root/.mvn/find-sdk.sh")
  # Headless: charts are drawn into files, and no window system must be woken for that.
  options=(--enable-native-access=ALL-UNNAMED -Djava.awt.headless=true "-XX:MaxDirectMemorySize=$(physical_memory)")
  if [ -n "$sdk" ]; then
    export TORNADOVM_HOME=$sdk
    profile=$root/tornado-profiles/$backend.args
    if [ ! -r "$profile" ]; then
      # The SDK's first backend: etc/tornado.backend reads tornado.backends=opencl-backend,…
      backend=$(sed -n 's/^tornado.backends=\([a-z]*\)-backend.*/\1/p' "$sdk/etc/tornado.backend" 2>/dev/null)
      profile=$root/tornado-profiles/${backend:-opencl}.args
    fi
    # The module path again: the SDK's own begins with the working directory, whose jars, this one
    # perhaps, would become modules.
    options=("@$sdk/tornado-argfile" --module-path "$sdk/share/java/tornado" "@$profile" "${options[@]}")
  else
    # The parallel collector is what the SDK's argument file chooses too. The heap is small and its work
    # happens between runs, so throughput and a small footprint count, not pauses.
    options=(--add-modules jdk.incubator.vector -XX:+UseParallelGC "${options[@]}")
  fi
}
