# Internal calls are the class library's: what a program declares under the name of one of its
# classes has no function, whatever its parameters. (mono binds it by name, and reads what was
# passed as what it was not.)
# shellcheck shell=bash
cat >own.cs <<'EOF'
using System.Runtime.CompilerServices;

namespace System.Text
{
    public static class EncodingHelper
    {
        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern string InternalCodePage(ref long number);
    }
}

namespace System.Threading
{
    public static class Interlocked
    {
        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int Increment(long notAnAddress);
        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int Increment(ref int value);
    }
}

static class Program
{
    static void Try(System.Action action)
    {
        try {
            action();
        } catch (System.MissingMethodException e) {
            System.Console.WriteLine(e.Message);
        }
    }

    static void Main()
    {
        long number = 0;
        int value = 0;
        Try(() => System.Text.EncodingHelper.InternalCodePage(ref number));
        Try(() => System.Threading.Interlocked.Increment(4096));
        Try(() => System.Threading.Interlocked.Increment(ref value));
    }
}
EOF
mcs -nologo -optimize+ -unsafe -warn:0 -out:own.exe own.cs
cat >own.expected <<'EOF'
Cannot find the internal call 'System.Text.EncodingHelper:InternalCodePage (long&)'.
Cannot find the internal call 'System.Threading.Interlocked:Increment (long)'.
Cannot find the internal call 'System.Threading.Interlocked:Increment (int&)'.
EOF
for mode in interp jit aot mixed; do
    prints "icalls: a program's own, $mode" own.expected 0 "$CODICIL" --mode=$mode --no-cache own.exe
done

# A copy of the class library's assembly beside the program is the class library's; an
# assembly that has its name alone is not.
cat >watch.cs <<'EOF'
static class Program
{
    static void Main()
    {
        System.Console.WriteLine(System.Diagnostics.Stopwatch.GetTimestamp() != 0);
        System.Console.WriteLine(typeof(System.Diagnostics.Stopwatch).Assembly.Location);
    }
}
EOF
cat >stopwatch.cs <<'EOF'
namespace System.Diagnostics
{
    public static class Stopwatch
    {
        [System.Runtime.CompilerServices.MethodImpl(
            System.Runtime.CompilerServices.MethodImplOptions.InternalCall)]
        public static extern long GetTimestamp();
    }
}
EOF
mkdir -p copied named
mcs -nologo -warn:0 -out:copied/watch.exe watch.cs
cp /usr/lib/mono/4.5/System.dll copied/
printf 'True\n%s\n' "$(realpath copied/System.dll)" >copied.expected
prints "icalls: a copy of the library" copied.expected 0 \
    "$CODICIL" --mode=interp --no-cache copied/watch.exe
mcs -nologo -warn:0 -target:library -out:named/System.dll stopwatch.cs
mcs -nologo -warn:0 -noconfig -r:named/System.dll -out:named/watch.exe watch.cs
: >named.expected
prints "icalls: an assembly of a library's name" named.expected 1 \
    "$CODICIL" --mode=interp --no-cache named/watch.exe
selected "icalls: an assembly of a library's name" &&
    ! grep -q 'MissingMethodException.*Stopwatch:GetTimestamp' err &&
    fail "icalls: an assembly of a library's name: $(tail -n 3 err)"

# The same name and key, but another version: what it declares as it was works, what takes
# something else is not called.
printf '\0\0\0\0\0\0\0\0\4\0\0\0\0\0\0\0' >ecma.pub
cat >version.cs <<'EOF'
static class Program
{
    static void Main()
    {
        System.Console.WriteLine(System.Diagnostics.Stopwatch.GetTimestamp() != 0);
        try {
            System.Diagnostics.DefaultTraceListener.WriteWindowsDebugString(5);
        } catch (System.MissingMethodException e) {
            System.Console.WriteLine(e.Message);
        }
    }
}
EOF
cat >>stopwatch.cs <<'EOF'
namespace System.Diagnostics
{
    public static class DefaultTraceListener
    {
        [System.Runtime.CompilerServices.MethodImpl(
            System.Runtime.CompilerServices.MethodImplOptions.InternalCall)]
        public static extern void WriteWindowsDebugString(long message);
    }
}
EOF
mkdir -p version
mcs -nologo -warn:0 -delaysign+ -keyfile:ecma.pub -target:library -out:version/System.dll \
    stopwatch.cs
mcs -nologo -warn:0 -noconfig -r:version/System.dll -out:version/version.exe version.cs
cat >version.expected <<'EOF'
True
Cannot find the internal call 'System.Diagnostics.DefaultTraceListener:WriteWindowsDebugString (long)'.
EOF
prints "icalls: a library of another version" version.expected 0 \
    "$CODICIL" --mode=interp --no-cache version/version.exe
