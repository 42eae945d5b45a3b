// Net10Unmarshalled.cs - an assembly without marshalling: values go to native code as they are.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

[assembly: DisableRuntimeMarshalling]

static unsafe class Net10Unmarshalled
{
    const string L = "net10interop";
    struct Mixed { public bool a; public char b; public byte c; public bool d; }
    struct Two { public int a; public double b; }
    [StructLayout(LayoutKind.Explicit)] struct Union { [FieldOffset(0)] public int a; [FieldOffset(0)] public double b; }
    [StructLayout(LayoutKind.Auto)] struct Auto { public byte a; public long b; }
    struct Holds { public string s; }
    enum Small : byte { A = 3 }
    delegate bool Truth(bool b);

    [DllImport(L, EntryPoint = "bool1")] static extern byte bool1(bool b);
    [DllImport(L, EntryPoint = "bool4")] static extern bool bool_back(int n);
    [DllImport(L, EntryPoint = "bool1")] static extern byte as_bool4([MarshalAs(UnmanagedType.Bool)] bool b);
    [DllImport(L, EntryPoint = "char2")] static extern int char2(char c);
    [DllImport(L, EntryPoint = "char2")] static extern char char_back(char c);
    [DllImport(L, EntryPoint = "bytes8")] static extern long mixed(Mixed m);
    [DllImport(L, EntryPoint = "s1ret")] static extern Two two_back(int n);
    [DllImport(L, EntryPoint = "bytes8")] static extern long union(Union u);
    [DllImport(L, EntryPoint = "bool4")] static extern int small(Small s);
    [DllImport(L, EntryPoint = "bool4")] static extern int pointer(int* p);
    [DllImport(L, EntryPoint = "bool4")] static extern int tuple((int, int) t);
    [DllImport(L, EntryPoint = "bytes8")] static extern long pair(KeyValuePair<int, int> t);
    [DllImport(L, EntryPoint = "bool4")] static extern int auto(Auto a);
    [DllImport(L, EntryPoint = "bool4")] static extern int holds(Holds h);
    [DllImport(L, EntryPoint = "len8")] static extern int text(string s);
    [DllImport(L, EntryPoint = "sum_array")] static extern int array(int[] a, int n);
    [DllImport(L, EntryPoint = "bool4")] static extern int by_reference(ref int n);
    [DllImport(L, EntryPoint = "bool4")] static extern int handle(SafeHandle h);
    [DllImport(L, EntryPoint = "seterr", SetLastError = true)] static extern int keeps_error(int e);
    [DllImport(L, EntryPoint = "hr0", PreserveSig = false)] static extern void hresult(int v);
    [DllImport(L, EntryPoint = "call_byte")] static extern int call_byte(delegate* unmanaged<byte, byte> f, int n);
    [DllImport(L, EntryPoint = "call_byte")] static extern int call_pointer(IntPtr f, int n);

    [UnmanagedCallersOnly] static bool Not(bool b) => !b;

    static void T(string what, Func<object> f)
    {
        try { Console.WriteLine(what + " = " + f()); }
        catch (Exception e) { Console.WriteLine(what + " ! " + e.GetType() + ": " + e.Message.Split('\n')[0]); }
    }

    static void Main()
    {
        T("bool", () => bool1(true) + " " + bool_back(256) + " " + bool_back(257) + " " + as_bool4(true));
        T("char", () => char2('\u20ac') + " " + (int)char_back('\u20ac'));
        T("mixed", () => (mixed(new Mixed { a = true, b = '\u1234', c = 5, d = true }) & 0xffffffffffff).ToString("x"));
        T("two", () => two_back(3).b);
        T("union", () => union(new Union { b = 1.5 }).ToString("x"));
        T("enum", () => small(Small.A));
        T("pointer", () => pointer(null));
        T("pair", () => pair(new KeyValuePair<int, int>(1, 2)).ToString("x"));
        T("tuple", () => tuple((1, 2)));
        T("automatic layout", () => auto(default));
        T("holds", () => holds(default));
        T("text", () => text("x"));
        T("array", () => array(new int[1], 1));
        T("by reference", () => { int n = 1; return by_reference(ref n); });
        T("handle", () => handle(null));
        T("error", () => keeps_error(3));
        T("HRESULT", () => { hresult(0); return "called"; });
        T("function pointer", () => call_byte((delegate* unmanaged<byte, byte>)(delegate* unmanaged<bool, bool>)&Not, 1) + " " + call_byte((delegate* unmanaged<byte, byte>)(delegate* unmanaged<bool, bool>)&Not, 0));
        T("calli", () => {
            IntPtr library = NativeLibrary.Load(System.IO.Path.GetFullPath("libnet10interop.so"));
            var f = (delegate* unmanaged<Mixed, long>)NativeLibrary.GetExport(library, "bytes8");
            var g = (delegate* unmanaged<char, char>)NativeLibrary.GetExport(library, "char2");
            return (f(new Mixed { a = true, b = '\u1234', c = 5, d = true }) & 0xffffffffffff).ToString("x") + " " + (int)g('\u20ac');
        });
        T("delegate", () => {
            Truth f = b => !b;
            int n = call_pointer(Marshal.GetFunctionPointerForDelegate(f), 1);
            GC.KeepAlive(f);
            return n;
        });
    }
}
