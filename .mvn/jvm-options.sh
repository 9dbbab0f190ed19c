# Sourced by ./farsight and `make bench`, with $root the project's folder and $java or JAVA_HOME the JDK.
# FARSIGHT_DEVICE_MEMORY, for example 20GB or 20GiB, bounds what TornadoVM takes of a device.
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

# Units as --memory has them: a GB is 1000³ bytes, a GiB 1024³. Prints bytes, or nothing where it is no size.
bytes_of() {
  local number unit=1 power
  [[ $1 =~ ^0*([0-9]+)(([kKMGT])(i?))?[bB]?$ ]] || return 0
  number=${BASH_REMATCH[1]}
  case ${BASH_REMATCH[3]} in k | K) power=1 ;; M) power=2 ;; G) power=3 ;; T) power=4 ;; *) power=0 ;; esac
  for (( ; power > 0; power--)); do
    if [ -n "${BASH_REMATCH[4]}" ]; then unit=$((unit * 1024)); else unit=$((unit * 1000)); fi
  done
  [ "${#number}" -le 18 ] && [ "$number" -gt 0 ] && [ "$number" -le $((9223372036854775807 / unit)) ] || return 0
  echo $((number * unit))
}

# What TornadoVM may take of a device, in bytes: a bound that it holds itself to, nothing is reserved.
# FARSIGHT_DEVICE_MEMORY where it is set; else the larger of NVIDIA's largest card and half of the machine's memory,
# which CPU devices and integrated GPUs share with the arrays' copies on the host. TornadoVM has one figure for all
# devices: of each the program then takes no more than that device has.
device_memory() {
  local most size
  if [ -n "${FARSIGHT_DEVICE_MEMORY:-}" ]; then
    bytes_of "$FARSIGHT_DEVICE_MEMORY"
    return
  fi
  most=$(($(physical_memory) / 2))
  while read -r size; do
    case $size in '' | *[!0-9]*) continue ;; esac
    if [ $((size * 1048576)) -gt "$most" ]; then most=$((size * 1048576)); fi
  done < <(nvidia-smi --query-gpu=memory.total --format=csv,noheader,nounits 2>/dev/null)
  echo "$most"
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

# The options of the SDK's argument file. It asks for ALL-SYSTEM modules, and where the JDK's Vector API, an incubator
# module, is among those that a JVM starts with, the JVM warns of it before every output: the JDK's modules are named
# instead, without that one, which the program loads by itself. A file with quotes, or a JDK that does not list its
# modules, is taken as it is.
sdk_options() {
  local file=$1 line module modules=''
  local -a words plain
  options=("@$file")
  while IFS= read -r line || [ -n "$line" ]; do
    case $line in
      MODULES=*)
        line=${line#MODULES=}
        for module in ${line//\"/}; do
          case $module in jdk.incubator.*) ;; *) modules+=${modules:+,}$module ;; esac
        done
        ;;
    esac
  done 2>/dev/null <"${java:-$JAVA_HOME}/release"
  [ -n "$modules" ] || return 0
  words=()
  while read -r line || [ -n "$line" ]; do
    case $line in
      '#'*) ;;
      *[\"\'\\]* | *' #'*) return 0 ;;
      *)
        read -ra plain <<<"$line"
        words+=(${plain[@]+"${plain[@]/ALL-SYSTEM/$modules}"})
        ;;
    esac
  done <"$file"
  options=(${words[@]+"${words[@]}"})
}

# The JVM reads names of files in the locale's character set. In that of C or POSIX, which is ASCII and what a container
# or a service has unless told, no name beyond ASCII can be opened: then the same locale with UTF-8 stands in, where the
# system has it. Every other character set is left alone, as the names are written in it.
utf8_names() {
  local charset name
  charset=$(locale charmap 2>/dev/null) || return 0
  case $charset in ANSI_X3.4-1968 | US-ASCII | ASCII | 646) ;; *) return 0 ;; esac
  while read -r name; do
    case $name in C.UTF-8 | C.utf8 | en_US.UTF-8 | en_US.utf8) export LC_ALL=$name && return 0 ;; esac
  done < <(locale -a 2>/dev/null)
}

# program JAR: fills the array `program` with what follows the JVM's options: the program, and behind it on the class path
# the jars and folders of FARSIGHT_CLASSPATH, colons between them, with blocks of the user's own.
program() {
  local jar=$1 entry
  program=(-jar "$jar")
  [ -n "${FARSIGHT_CLASSPATH:-}" ] || return 0
  while IFS= read -r -d : entry; do
    # Java takes dir/* for every jar of a folder, and passes in silence over what is not there.
    if [ -n "$entry" ] && [ ! -e "${entry%\*}" ]; then
      echo "farsight: FARSIGHT_CLASSPATH names $entry, which is not there" >&2
      exit 2
    fi
  done <<<"$FARSIGHT_CLASSPATH:"
  program=(-cp "$jar:$FARSIGHT_CLASSPATH" farsight.cli.Main)
}

jvm_options() {
  local backend=$1 sdk='' profile
  if [ -n "$backend" ]; then
    sdk=$("$root/.mvn/find-sdk.sh")
    if [ -n "${FARSIGHT_DEVICE_MEMORY:-}" ] && [ -z "$(bytes_of "$FARSIGHT_DEVICE_MEMORY")" ]; then
      echo "farsight: FARSIGHT_DEVICE_MEMORY is '$FARSIGHT_DEVICE_MEMORY', expected for example 20GB or 20GiB" >&2
      exit 2
    fi
  fi
  # Arrays of sessions that are closed go back to the system. glibc begins with this threshold, above which a block of
  # memory is mapped alone and unmapped when it is freed, but raises it with each such block to at most 32 MiB, and keeps
  # what lies below it for itself, in pieces.
  export MALLOC_MMAP_THRESHOLD_=${MALLOC_MMAP_THRESHOLD_:-131072}
  # Headless: charts are drawn into files, and no window system must be woken for that.
  # The export is of the JDK's method by which the program loads the Vector API (VectorSupport).
  local common=(--add-exports=java.base/jdk.internal.module=ALL-UNNAMED --enable-native-access=ALL-UNNAMED
    -Djava.awt.headless=true "-XX:MaxDirectMemorySize=$(physical_memory)")
  if [ -n "$sdk" ]; then
    export TORNADOVM_HOME=$sdk
    keep_signals
    profile=$root/tornado-profiles/$backend.args
    if [ ! -r "$profile" ]; then
      # The SDK's first backend: etc/tornado.backend reads tornado.backends=opencl-backend,…
      backend=$(sed -n 's/^tornado.backends=\([a-z]*\)-backend.*/\1/p' "$sdk/etc/tornado.backend" 2>/dev/null)
      profile=$root/tornado-profiles/${backend:-opencl}.args
    fi
    # The young generation is bounded, as below, so that what the process takes has a bound; TornadoVM's compiler needs more.
    # The module path again: the SDK's own begins with the working directory, whose jars, this one
    # perhaps, would become modules.
    sdk_options "$sdk/tornado-argfile"
    options+=(--module-path "$sdk/share/java/tornado" "@$profile" "-Dtornado.device.memory=$(device_memory)" -Xmn256m "${common[@]}")
  else
    # The parallel collector is what the SDK's argument file chooses too. The heap is small and its work
    # happens between runs, so throughput and a small footprint count, not pauses. The young generation is bounded,
    # because vectors are objects until the compiler has done with a loop: it otherwise grows to a gigabyte of garbage.
    options=(-XX:+UseParallelGC -Xmn32m "${common[@]}")
  fi
}
