// An exception that would leave a callback for native code ends the process: no filter sees it.
using System.Runtime.InteropServices;
static unsafe class P {
  [DllImport("libc")] static extern void qsort(int[] a, nint n, nint size, delegate* unmanaged<int*, int*, int> f);
  [UnmanagedCallersOnly] static int Cmp(int* a, int* b) => throw new InvalidOperationException("in a callback");
  static int Main(string[] args) {
    AppDomain.CurrentDomain.UnhandledException += (s, e) => Console.WriteLine("event " + e.IsTerminating + " " + ((Exception)e.ExceptionObject).Message);
    try { qsort(new[] { 2, 1 }, 2, 4, &Cmp); } catch (Exception e) when (Say("filter")) { Console.WriteLine("caught " + e.Message); } finally { Console.WriteLine("finally"); }
    return 3;
  }
  static bool Say(string s) { Console.WriteLine(s); return true; }
}
