// Where the library of a DllImport is found: forms of its name, who is asked, in which order, what
// is said when nobody has it.
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

static unsafe class Prog
{
    [DllImport("libc")] static extern int getpid();
    [DllImport("libc.so.6", EntryPoint = "getpid")] static extern int Suffixed();
    [DllImport("c.so.6", EntryPoint = "getpid")] static extern int Prefixed();
    [DllImport("by-event", EntryPoint = "getpid")] static extern int ByEvent();
    [DllImport("by-resolver", EntryPoint = "getpid")] static extern int ByResolver();
    [DllImport("nowhere-at-all")] static extern int getppid();
    [DllImport("m.so.6", EntryPoint = "abs"), DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)] static extern int Beside(int value);
    [DllImport("m.so.6", EntryPoint = "floor"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)] static extern double Floor(double value);
    [DllImport("libc", EntryPoint = "no_such_function")] static extern int Missing();

    static void Try(string name, Func<object> what)
    {
        try { Console.WriteLine($"{name}: {what()}"); }
        catch (Exception e) { Console.WriteLine($"{name}: {e.GetType().Name} {e.Message.Split('.')[0]}"); }
    }

    sealed class Context(string name) : AssemblyLoadContext(name)
    {
        protected override IntPtr LoadUnmanagedDll(string name)
        {
            Console.WriteLine($"  {Name} is asked for {name}");
            return name == "by-event" ? NativeLibrary.Load("libc.so.6") : IntPtr.Zero;
        }
    }

    public static int Inner(int pid)
    {
        Try("in a context", () => ByEvent() == pid);
        Try("in a context, nobody", () => getppid());
        return 0;
    }

    static int Sum(string text)
    {
        var pin = GCHandle.Alloc(text, GCHandleType.Pinned);
        var chars = (char*)((byte*)*(nint*)&text + RuntimeHelpers.OffsetToStringData);
        int sum = 0;
        for (int i = 0; i < text.Length; i++) sum += chars[i];
        pin.Free();
        return sum;
    }

    static void Main()
    {
        int pid = Environment.ProcessId;
        Console.WriteLine(Sum("abc"));
        Try("libc", () => getpid() == pid);
        Try("libc.so.6", () => Suffixed() == pid);
        Try("c.so.6", () => Prefixed() == pid);
        Try("beside alone", () => Beside(-1));
        Try("the system's", () => Floor(1.5));
        Try("no function", () => Missing());
        Try("before", () => ByEvent());
        AssemblyLoadContext.Default.ResolvingUnmanagedDll += (assembly, name) => {
            Console.WriteLine($"  event of {assembly.GetName().Name}: {name}");
            return name == "by-event" ? NativeLibrary.Load("libc.so.6") : IntPtr.Zero;
        };
        Try("event", () => ByEvent() == pid);
        Try("nobody", () => getppid());
        NativeLibrary.SetDllImportResolver(typeof(Prog).Assembly, (name, assembly, path) => {
            Console.WriteLine($"  resolver: {name} {path}");
            return name == "by-resolver" ? NativeLibrary.Load("libc.so.6") : IntPtr.Zero;
        });
        Try("resolver", () => ByResolver() == pid);
        Try("load", () => NativeLibrary.Load("nowhere", typeof(Prog).Assembly, null));
        Try("load beside", () => NativeLibrary.TryLoad("libm.so.6", typeof(Prog).Assembly, DllImportSearchPath.AssemblyDirectory, out _));
        Try("load", () => NativeLibrary.TryLoad("libm.so.6", typeof(Prog).Assembly, null, out _));
        Try("path", () => NativeLibrary.Load("/no/such/file.so"));
        var inner = new Context("inner").LoadFromAssemblyPath(typeof(Prog).Assembly.Location);
        inner.GetType("Prog").GetMethod("Inner").Invoke(null, new object[] { pid });
    }
}
