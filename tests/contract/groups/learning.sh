# What a run interpreted is compiled when the program has ended: the next run finds it.

learning_program() # FILE: many methods of many kinds, each run a few times
{
    local i
    {
        cat <<'END'
using System;
using System.Collections.Generic;
using System.Linq;
interface IShape { int Area(); }
struct Square : IShape { public int Side; public int Area() { return Side * Side; } }
class Box<T> { T value; public Box(T v) { value = v; } public T Get() { return value; } }
static class Library { }
static class Program
{
    static IEnumerable<int> Odd(int n) { for (int i = 1; i < n; i += 2) yield return i; }
    static int Sum<T>(IEnumerable<T> all, Func<T, int> by) { int s = 0; foreach (T t in all) s += by(t); return s; }
    static int Guarded(int n)
    {
        try { return 100 / n; }
        catch (DivideByZeroException) { return -1; }
        finally { Count++; }
    }
    static int Count;
    static string Text(Square s) { return "side " + s.Side; }
END
        for i in {1..60}; do
            echo "    static int M$i(int n) { return n > 0 ? M$i(n - 1) + $i : $i; }"
        done
        echo '    static void Main() { int sum = 0;'
        for i in {1..60}; do
            echo "        sum += M$i(2);"
        done
        cat <<'END'
        IShape shape = new Square { Side = 5 };
        Console.WriteLine(sum + " " + shape.Area() + " " + new Box<string>("text").Get() + " " + new Box<Square>(new Square()).Get().Side);
        Console.WriteLine(Sum(Odd(20), x => x * 2) + " " + Guarded(0) + Guarded(7) + " " + Count);
        Func<Square, string> text = Text;
        Console.WriteLine(text(new Square { Side = 3 }));
        Console.WriteLine(string.Join(",", Odd(9).Where(x => x > 2).Select(x => "n" + x)));
    }
}
END
    } >"$1"
}

learning_run() # [NAME=VALUE]... PROGRAM: with statistics
{
    rm -f "$WORK/started"
    run env CODICIL_LEARN=always "${@:1:$#-1}" "$CODICIL" --stats=stats.json "${@: -1}"
}

learning_wait()
{
    timeout 600 "$CODICIL" --cache=wait
}

learning_silent() # TITLE [NAME=VALUE]... PROGRAM: no worker is started
{
    learning_run "${@:2}"
    check "learning: $1" "$code == 0 && $(started) == 0"
}

learning()
{
    selected "learning: " || return
    local i pids=() wrong=0 mode
    # The same compiler all the time: the cache keeps compilers apart.
    CODICIL_CROSSGEN=$(witness "echo \$\$ >$PWD/pid; exec $CROSSGEN \"\$@\"")
    export CODICIL_CROSSGEN CODICIL_CACHE=$PWD/kept
    learning_program program.cs
    mcs -nologo -out:program.exe program.cs
    run "$CODICIL" --mode=interp --no-cache program.exe
    cp out wanted
    learning_run program.exe
    same "learning: the first run" wanted out
    check "learning: the first run is interpreted" "$(stat_of interpreted) > 60 && $(stat_of cached) == 0"
    check "learning: the statistics have what was, and why" \
        "$(grep -c '"why": "cold"' stats.json) > 60"
    learning_wait
    check "learning: the worker comes to its end" "$? == 0"
    learning_run program.exe
    same "learning: the second run" wanted out
    check "learning: the second run finds all of it" \
        "$(stat_of interpreted) + $(stat_of jitted) + $(stat_of rejected) == 0 && $(stat_of cached) > 60"

    for mode in aot jit; do
        run "$CODICIL" --no-cache --mode=$mode --stats=stats.json program.exe
        same "learning: $mode" wanted out
        check "learning: $mode interprets nothing" "$(stat_of interpreted) == 0"
    done

    run "$CODICIL" --cache
    check "learning: --cache has the assembly and its methods" \
        "$code == 0 && $(awk '$1 == "program" { print $2 }' out) + 0 > 60 && $(grep -cx 'worker: none' out) == 1"
    learning_silent "nothing is left to be learned" program.exe

    run "$CODICIL" --cache=clear
    check "learning: --cache=clear leaves nothing" "$code == 0 && $(find kept -name '*.r2r' | wc -l) == 0"
    learning_silent "CODICIL_LEARN=no" CODICIL_LEARN=no program.exe
    run "$CODICIL" --cache=maybe
    check "learning: --cache wants a word that it knows" "$code == 125 && $(grep -c 'show, wait or clear' err) == 1"

    for i in {1..8}; do
        CODICIL_LEARN=always "$CODICIL" program.exe >out.$i 2>&1 </dev/null &
        pids+=($!)
    done
    for i in {1..8}; do
        wait "${pids[i - 1]}" && cmp -s wanted out.$i || wrong=1
    done
    check "learning: eight runs at once" "$wrong == 0"
    learning_wait
    learning_run program.exe
    check "learning: after eight runs at once" "$(stat_of interpreted) == 0 && $(stat_of cached) > 60"
    learning_broken
    learning_idle
    learning_real
    unset CODICIL_CACHE CODICIL_CROSSGEN
}

# A program that has nothing to do, and never ends in good order.
learning_idle()
{
    "$CODICIL" --cache=clear
    sed 's/static void Main() {/static void Main(string[] args) { for (int i = 0; i < 200000; i++) Guarded(i);/
        s/^ *Console.WriteLine(string.Join.*/& if (args.Length == 0) System.Threading.Thread.Sleep(-1);/' \
        program.cs >idle.cs
    mcs -nologo -out:idle.exe idle.cs
    CODICIL_LEARN=always "$CODICIL" idle.exe >out.idle 2>&1 </dev/null &
    local pid=$! i
    for i in {1..120}; do
        run "$CODICIL" --cache
        [ $(($(awk '$1 == "idle" { print $2 }' out) + 0)) -lt 60 ] || break
        sleep 1
    done
    kill -9 $pid
    wait $pid 2>/dev/null
    learning_wait
    run env CODICIL_LEARN=no "$CODICIL" --stats=stats.json idle.exe ends
    check "learning: from a program that waits" \
        "$code == 0 && $(stat_of interpreted) == 0 && $(stat_of cached) > 60"
}

# learning_of NAME METHODS COMMAND...: the second run of a real program interprets less than METHODS
learning_of()
{
    local name=$1 most=$2
    shift 2
    run "$CODICIL" "$@"
    cp out first
    learning_wait
    run "$CODICIL" --stats=stats.json "$@"
    check "learning: $name ends well" "$code == 0"
    same "learning: $name, the same output" first out
    check "learning: the second run of $name finds nearly all" \
        "$(stat_of interpreted) < $most && $(stat_of cached) > 1000"
}

learning_real()
{
    [ $full = 1 ] && selected "learning: " || return
    export CODICIL_LEARN=always
    "$CODICIL" --cache=clear
    learning_of mcs 60 /usr/lib/mono/4.5/mcs.exe -nologo -warn:0 -out:mcs.out "$ROOT/samples/collections.cs"
    local csc
    csc=$(ls "${DOTNET_ROOT:-/usr/share/dotnet}"/sdk/*/Roslyn/bincore/csc.dll 2>/dev/null | tail -n 1)
    if [ -n "$csc" ] && [ -f "$ROOT/build/net10/hello.dll" ]; then
        local refs
        refs=$(ls -d "${csc%/sdk/*}"/packs/Microsoft.NETCore.App.Ref/10.*/ref/net10.0 | tail -n 1)
        learning_of csc 300 "$csc" -nologo -noconfig -nostdlib -out:csc.dll -r:"$refs/System.Runtime.dll" \
            -r:"$refs/System.Console.dll" "$ROOT/samples/hello.cs"
    else
        echo "skipped 3 checks of learning: no .NET SDK 10"
    fi
    export CODICIL_LEARN=no
}

# Whatever becomes of the worker and its files, the program runs as ever.
learning_broken()
{
    "$CODICIL" --cache=clear
    learning_run program.exe
    kill -9 "$(cat pid)" 2>/dev/null
    learning_wait
    check "learning: a worker that was killed keeps nobody waiting" "$? == 0"
    learning_run program.exe
    same "learning: after a worker that was killed" wanted out
    learning_wait
    learning_run program.exe
    check "learning: what it left is learned then" "$(stat_of interpreted) == 0"

    "$CODICIL" --cache=clear
    learning_run CODICIL_CROSSGEN=/bin/false program.exe
    same "learning: a worker that does not work" wanted out
    mkdir -p kept/.worker kept/.pending 2>/dev/null
    rm -f kept/.worker kept/.pending && ln -s nowhere kept/.worker && ln -s nowhere kept/.pending
    learning_run program.exe
    same "learning: locks that are none" wanted out
    rm -f kept/.worker kept/.pending
    learning_run CODICIL_CACHE="$PWD/program.cs" program.exe
    same "learning: a cache that is a file" wanted out

    mkdir -p small
    if mount -t tmpfs -o size=2m,mode=700 none small 2>/dev/null; then
        learning_run CODICIL_CACHE="$PWD/small" program.exe
        same "learning: a disk that is full" wanted out
        CODICIL_CACHE=$PWD/small "$CODICIL" --cache=wait
        CODICIL_CACHE=$PWD/small run "$CODICIL" --cache
        check "learning: a disk that is full is the reason" "$(grep -c 'less than 32 MiB' out) == 1"
        umount small
    fi

    # A method that can't be compiled is refused once; nobody asks again.
    echo 'public static class Gone { public static int Here() { return 1; } }' >gone.cs
    mcs -nologo -target:library -out:gone.dll gone.cs
    cat >refused.cs <<'END'
static class Program
{
    static int Maybe(int n) { return n > 5 ? Gone.Here() : n; }
    static void Main() { System.Console.WriteLine("three " + Maybe(3)); }
}
END
    mcs -nologo -r:gone.dll -out:refused.exe refused.cs && rm gone.dll
    rm -rf kept
    learning_run refused.exe
    learning_wait
    run "$CODICIL" --cache
    check "learning: --cache says what was refused, and why" "$(grep -c '^refused: Program:Maybe.*: .*gone' out) == 1"
    learning_silent "what was refused is not asked for again" refused.exe
    check "learning: the statistics say why it was interpreted" "$(grep -c '"why": ".*gone' stats.json) == 1"
    for i in kept/refused-*/refused; do
        printf 'no line\n\0\377' >"$i"
    done
    learning_run refused.exe
    check "learning: a damaged list of what was refused" "$code == 0 && $(grep -cx 'three 3' out) == 1"
    learning_wait
}

learning
