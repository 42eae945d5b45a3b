// Net10Interop.cs - what goes to native code and comes back, for programs of .NET.
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

struct S1 { public int a; public double b; }
unsafe struct S2 { public byte a; public S1 s; public fixed short c[3]; }
struct S3
{
    public bool flag;
    [MarshalAs(UnmanagedType.ByValTStr, SizeConst = 8)] public string name;
    [MarshalAs(UnmanagedType.U2)] public char c;
}
struct S4 { public string s; public int n; }
[StructLayout(LayoutKind.Sequential)] class C1 { public int a; public double b; }
struct Gen<T> { public T a; public int b; }

class H : SafeHandle
{
    public H() : base(IntPtr.Zero, true) { }
    public override bool IsInvalid => handle == IntPtr.Zero;
    protected override bool ReleaseHandle()
    {
        Console.WriteLine("release");
        Net10Interop.handle_free(handle);
        return true;
    }
}

class Critical : CriticalHandle
{
    public Critical() : base(IntPtr.Zero) { }
    public override bool IsInvalid => handle == IntPtr.Zero;
    protected override bool ReleaseHandle()
    {
        Console.WriteLine("release critical");
        Net10Interop.handle_free(handle);
        return true;
    }
}

abstract class Abstract : SafeHandle
{
    public Abstract() : base(IntPtr.Zero, true) { }
}

static unsafe class Net10Interop
{
    const string L = "net10interop";
    [DllImport(L)] static extern int sum_array(int[] a, int n);
    [DllImport(L)] static extern int len8(string s);
    [DllImport(L)] [return: MarshalAs(UnmanagedType.LPWStr)] static extern string ret16();
    [DllImport("libc")] static extern string strdup(string s);
    struct Heap { public nuint arena, ordblks, smblks, hblks, hblkhd, usmblks, fsmblks, uordblks, fordblks, keepcost; }
    [DllImport("libc")] static extern Heap mallinfo2();
    static bool FreesTexts()
    {
        string text = new string('x', 2000);
        var before = mallinfo2().uordblks;
        for (int i = 0; i < 10000; i++)
            strdup(text);
        return (long)mallinfo2().uordblks - (long)before < 5000000;
    }
    [DllImport(L)] static extern double s1(S1 s);
    [DllImport(L)] static extern double s2(S2 s);
    [DllImport(L)] static extern int s3(ref S3 s);
    [DllImport(L)] static extern S4 s4ret();
    [DllImport(L)] static extern int cb(CB f, int n);
    [DllImport(L, PreserveSig = false)] static extern int hr(int v);
    [DllImport(L, PreserveSig = false)] static extern void hr0(int v);
    [DllImport(L)] static extern void on_thread(delegate* unmanaged<int, void> f);
    [DllImport(L)] static extern H handle(int n);
    [DllImport(L, EntryPoint = "handle")] static extern Critical critical(int n);
    [DllImport(L)] static extern int handle_id(H h);
    [DllImport(L, EntryPoint = "handle_id")] static extern int critical_id(Critical h);
    [DllImport(L)] public static extern void handle_free(IntPtr p);
    [DllImport(L)] static extern void handle_out(out H h);
    [DllImport(L, EntryPoint = "handle_out")] static extern void critical_out(out Critical h);
    [DllImport(L, EntryPoint = "handle")] static extern Abstract made_of_nothing(int n);
    [DllImport(L)] static extern double date(DateTime d);
    [DllImport(L, EntryPoint = "date")] static extern DateTime date_of(double d);
    [DllImport(L, EntryPoint = "s1")] static extern double gen(Gen<int> a);
    [DllImport(L, EntryPoint = "s1")] static extern double gen_char(int n, Gen<char> a);
    [DllImport(L)] static extern int fnptr(delegate* unmanaged[Cdecl]<int, int> f);

    delegate int CB(int n, string s);
    delegate int One(int n);
    [UnmanagedCallersOnly] static void OnThread(int n) => Console.WriteLine("on thread " + n);
    [UnmanagedCallersOnly(CallConvs = new[] { typeof(CallConvCdecl) })] static int Twice(int n) => n * 2;

    static void T(string what, Func<object> f)
    {
        try {
            Console.WriteLine(what + " = " + f());
        } catch (Exception e) {
            Console.WriteLine(what + " ! " + e.GetType() + ": " + e.Message + " " + e.HResult.ToString("x"));
        }
    }

    static void Main()
    {
        T("array", () => { var a = new[] { 1, 2, 3 }; return sum_array(a, 3) + " " + string.Join(",", a); });
        T("text", () => len8("h\u00e9") + ret16() + len8(null));
        T("structs", () => { var s = new S2 { a = 1, s = new S1 { a = 2, b = 3 } }; s.c[2] = 5; return s2(s) + s1(s.s); });
        T("fields", () => { var s = new S3 { flag = true, name = "toolongname", c = 'q' }; return s3(ref s) + s.name + s.c + s.flag; });
        T("returned", () => s4ret().s + s4ret().n);
        T("returned texts are freed", () => FreesTexts());
        T("callback", () => cb((n, s) => n + s.Length, 5));
        T("thread", () => { on_thread(&OnThread); return fnptr(&Twice); });
        T("hresult", () => hr(4));
        T("hresult, bad", () => hr(unchecked((int)0x80070057)));
        T("hresult, nothing", () => { hr0(0); hr0(1); return "done"; });
        T("hresult, unknown", () => { hr0(unchecked((int)0x81234567)); return 0; });
        T("hresult, unspecified", () => { hr0(unchecked((int)0x80004005)); return 0; });
        T("handle", () => { using var h = handle(4); return handle_id(h) + " " + h.IsInvalid; });
        T("handle, out", () => { handle_out(out var h); using (h) return h.IsInvalid; });
        T("handle, closed", () => { var h = handle(4); h.Dispose(); return handle_id(h); });
        T("handle, abstract", () => made_of_nothing(1));
        T("critical", () => { using var h = critical(4); return critical_id(h); });
        T("critical, out", () => { critical_out(out var h); using (h) return critical_id(h); });
        foreach (var day in new[] { new DateTime(2020, 1, 2), new DateTime(1850, 6, 7, 8, 9, 10), default, new DateTime(1, 1, 1, 5, 0, 0) })
            T("date " + day.ToString("u"), () => date(day));
        T("date, early", () => date(new DateTime(50, 1, 1)));
        foreach (double days in new[] { 43832.5, -20000.25, 0, 1e9, double.NaN })
            T("date of " + days, () => date_of(days).ToString("o"));
        T("generic", () => gen(new Gen<int> { a = 1 }));
        T("generic, other bytes", () => gen_char(0, default));
        T("native delegate", () => {
            var p = NativeLibrary.GetExport(NativeLibrary.Load(L, typeof(Net10Interop).Assembly, null), "bool4");
            var d = Marshal.GetDelegateForFunctionPointer<One>(p);
            return d(5) + " " + (Marshal.GetFunctionPointerForDelegate(d) == p);
        });
        T("generic delegate", () => Marshal.GetFunctionPointerForDelegate<Func<int, int>>(x => x));
        T("destroyed", () => {
            var p = Marshal.AllocHGlobal(64);
            Marshal.StructureToPtr(new S4 { s = "text", n = 3 }, p, false);
            Marshal.DestroyStructure<S4>(p);
            return Marshal.ReadIntPtr(p) + " " + Marshal.ReadInt32(p, 8);
        });
        foreach (int code in new[] { 0, 1, unchecked((int)0x8007000e), unchecked((int)0x80131509), unchecked((int)0x80004001),
                                     unchecked((int)0x80004003), unchecked((int)0x80131515), unchecked((int)0x80131516) })
            T("exception " + code.ToString("x"), () => Marshal.GetExceptionForHR(code)?.GetType());
    }
}
