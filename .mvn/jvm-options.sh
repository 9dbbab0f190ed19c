# Sourced by ./farsight and `make bench`, with $root the project's folder and $java or JAVA_HOME the JDK.
# FARSIGHT_DEVICE_MEMORY, for example 20GB, bounds what TornadoVM takes of a device.
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

# What TornadoVM may take of a device: a bound that it holds itself to, nothing is reserved. FARSIGHT_DEVICE_MEMORY
# where it is set; of NVIDIA's cards the smallest, less 1 GB for the driver and the screen; else half of the
# machine's memory, which a CPU device and an integrated GPU share with the arrays' copies on the host. A device that
# has less is not asked for more: the program knows each device's own memory.
device_memory() {
  local least='' size
  if [ -n "${FARSIGHT_DEVICE_MEMORY:-}" ]; then
    echo "$FARSIGHT_DEVICE_MEMORY"
    return
  fi
  while read -r size; do
    case $size in '' | *[!0-9]*) continue ;; esac
    if [ -z "$least" ] || [ "$size" -lt "$least" ]; then least=$size; fi
  done < <(nvidia-smi --query-gpu=memory.total --format=csv,noheader,nounits 2>/dev/null)
  if [ -n "$least" ] && [ "$least" -gt 2048 ]; then
    echo "$((least - 1024))MB"
  else
    echo "$(($(physical_memory) / 2097152))MB"
  fi
}

# HotSpot stops its threads by SIGSEGV. A driver that holds LLVM, such as PoCL, puts LLVM's handlers in place of
# HotSpot's when it first compiles, each for one signal only, and the next one ends the process. The JDK's libjsig,
# loaded before everything else, keeps HotSpot's in front.
keep_signals() {
  local libjsig=${java:-$JAVA_HOME}/lib/libjsig.so
  # LD_PRELOAD is split at blanks and colons.
  case $libjsig in *[\ :]*) return ;; esac
  [ ! -r "$libjsig" ] || export LD_PRELOAD=$libjsig${LD_PRELOAD:+:$LD_PRELOAD}
}

jvm_options() {
  local backend=$1 sdk='' profile
  [ -z "$backend" ] || sdk=$("$root/.mvn/find-sdk.sh")
  # Headless: charts are drawn into files, and no window system must be woken for that.
  options=(--enable-native-access=ALL-UNNAMED -Djava.awt.headless=true "-XX:MaxDirectMemorySize=$(physical_memory)")
  if [ -n "$sdk" ]; then
    export TORNADOVM_HOME=$sdk
    keep_signals
    if [[ ! ${FARSIGHT_DEVICE_MEMORY:-1GB} =~ ^[0-9]+[KMGT]B$ ]]; then
      echo "farsight: FARSIGHT_DEVICE_MEMORY is '$FARSIGHT_DEVICE_MEMORY', expected for example 20GB or 20480MB" >&2
      exit 2
    fi
    profile=$root/tornado-profiles/$backend.args
    if [ ! -r "$profile" ]; then
      # The SDK's first backend: etc/tornado.backend reads tornado.backends=opencl-backend,…
      backend=$(sed -n 's/^tornado.backends=\([a-z]*\)-backend.*/\1/p' "$sdk/etc/tornado.backend" 2>/dev/null)
      profile=$root/tornado-profiles/${backend:-opencl}.args
    fi
    # The module path again: the SDK's own begins with the working directory, whose jars, this one
    # perhaps, would become modules.
    options=("@$sdk/tornado-argfile" --module-path "$sdk/share/java/tornado" "@$profile" "-Dtornado.device.memory=$(device_memory)" "${options[@]}")
  else
    # The parallel collector is what the SDK's argument file chooses too. The heap is small and its work
    # happens between runs, so throughput and a small footprint count, not pauses.
    options=(--add-modules jdk.incubator.vector -XX:+UseParallelGC "${options[@]}")
  fi
}
