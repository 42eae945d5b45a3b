// Calls through reflection that programs seldom make: of Nullable's methods and with Nullables
// that hold references, of methods that are not closed, of fields that are not written any more,
// and arrays of sizes that there are not.
using System.Reflection;
using System.Runtime.CompilerServices;
struct Pair { public int A; public string B; }
struct Two { public string B; public int A; }
static unsafe class OddCalls {
  static int sum;
  public static string F(Pair? a, Pair? b) => (a.HasValue ? a.Value.A + a.Value.B : "null") + " " + (b.HasValue ? b.Value.A + b.Value.B : "null");
  public static string G<T>(T? a, T? b) where T : struct => a.HasValue + " " + b.HasValue;
  static void Main(string[] args) {
    foreach (var type in typeof(object).Assembly.GetTypes())
      sum += type.IsVisible ? 1 : 0; // definitions are laid out before their instances
    var set = new HashSet<int> { 1 };
    foreach (int i in new[] { 0, -1, 3 })
      set.Add(i);
    Console.WriteLine(string.Join(",", set));
    Pair? p = new Pair { A = 1, B = "x" };
    Console.WriteLine(F(p, null) + " " + G<Pair>(p, null) + " " + p.HasValue);
    Console.WriteLine(((byte*)&p)[0] + " " + Unsafe.SizeOf<Pair?>() + " " + Unsafe.SizeOf<Two?>());
    for (int i = 0; i < 3; i++) {
      Console.WriteLine(typeof(OddCalls).GetMethod("F").Invoke(null, new object[] { p, null }));
      Console.WriteLine(typeof(OddCalls).GetMethod("G").MakeGenericMethod(typeof(Pair)).Invoke(null, new object[] { p, null }));
      Console.WriteLine(typeof(OddCalls).GetMethod("G").MakeGenericMethod(typeof(int)).Invoke(null, new object[] { 1, null }));
      Console.WriteLine(typeof(int?).GetProperty("HasValue").GetValue(5));
      Console.WriteLine(typeof(int?).GetProperty("Value").GetValue(5));
      Console.WriteLine(typeof(Pair?).GetMethod("GetValueOrDefault", Type.EmptyTypes).Invoke(p, null));
      Console.WriteLine(typeof(Pair?).GetMethod("ToString", Type.EmptyTypes).Invoke(p, null));
    }
    try { typeof(string).GetField("Empty").SetValue(null, "zz"); } catch (Exception e) { Console.WriteLine(e.GetType() + " " + e.Message); }
    try { typeof(Q).GetField("X").SetValue(null, "zz"); } catch (Exception e) { Console.WriteLine(e.GetType() + " " + e.Message); }
    Console.WriteLine(Q.X);
    try { typeof(Q).GetField("X").SetValue(null, "zz"); } catch (Exception e) { Console.WriteLine(e.GetType() + " " + e.Message); }
    Console.WriteLine(Q.X + string.Empty);
    try { typeof(Q).GetField("X").SetValue(null, 5); } catch (Exception e) { Console.WriteLine(e.GetType() + " " + e.Message); }
    try { typeof(Q).GetField("C").SetValue(null, 5); } catch (Exception e) { Console.WriteLine(e.GetType() + " " + e.Message); }
    Console.WriteLine(typeof(object).Module.Assembly.GetModules().GetType() + " " + AppDomain.CurrentDomain.GetAssemblies().GetType());
    try { RuntimeHelpers.PrepareMethod(typeof(List<>).GetMethod("Add").MethodHandle); } catch (Exception e) { Console.WriteLine(e.GetType() + " " + e.Message); }
    try { RuntimeHelpers.PrepareMethod(typeof(List<>).GetMethod("Add").MethodHandle, new[] { typeof(int).TypeHandle }); Console.WriteLine("ok"); } catch (Exception e) { Console.WriteLine(e.GetType() + " " + e.Message); }
    try { RuntimeHelpers.PrepareMethod(typeof(List<>).GetMethod("Add").MethodHandle, new[] { typeof(int).TypeHandle, typeof(int).TypeHandle }); Console.WriteLine("ok"); } catch (Exception e) { Console.WriteLine(e.GetType() + " " + e.Message); }
    try { RuntimeHelpers.PrepareMethod(typeof(Array).GetMethod("Empty").MethodHandle); } catch (Exception e) { Console.WriteLine(e.GetType() + " " + e.Message); }
    try { RuntimeHelpers.PrepareMethod(typeof(IComparable).GetMethod("CompareTo").MethodHandle); } catch (Exception e) { Console.WriteLine(e.GetType() + " " + e.Message); }
    try { Console.WriteLine(typeof(List<>).GetMethod("Add").MethodHandle.GetFunctionPointer() != 0); } catch (Exception e) { Console.WriteLine(e.GetType() + " " + e.Message); }
    try { Console.WriteLine(typeof(Array).GetMethod("Empty").MethodHandle.GetFunctionPointer() != 0); } catch (Exception e) { Console.WriteLine(e.GetType() + " " + e.Message); }
    try { Console.WriteLine(Array.CreateInstance(typeof(int), new int[33])); } catch (Exception e) { Console.WriteLine(e.GetType()); }
    try { Console.WriteLine(Array.CreateInstance(typeof(int), 0, int.MaxValue, 100)); } catch (Exception e) { Console.WriteLine(e.GetType() + " " + e.Message); }
    try { Console.WriteLine(Array.CreateInstance(typeof(int), 0, int.MaxValue)); } catch (Exception e) { Console.WriteLine(e.GetType() + " " + e.Message); }
    try { Console.WriteLine(Array.CreateInstance(typeof(int), 2, 1, int.MaxValue)); } catch (Exception e) { Console.WriteLine(e.GetType() + " " + e.Message); }
    try { Console.WriteLine(new int[0, 1, int.MaxValue]); } catch (Exception e) { Console.WriteLine(e.GetType() + " " + e.Message); }
    try { Console.WriteLine(new int[0, 5, int.MaxValue]); } catch (Exception e) { Console.WriteLine(e.GetType() + " " + e.Message); }
    try { Console.WriteLine(new int[Math.Min(-1, args.Length), 5, int.MaxValue]); } catch (Exception e) { Console.WriteLine(e.GetType() + " " + e.Message); }
    try { Console.WriteLine(new int[65536, 65536]); } catch (Exception e) { Console.WriteLine(e.GetType() + " " + e.Message); }
    try { GC.RegisterNoGCRegionCallback(1, () => {}); } catch (Exception e) { Console.WriteLine(e.GetType() + " " + e.Message); }
    try { Variable(); } catch (Exception e) { Console.WriteLine(e.GetType()); }
  }
  static int Count(__arglist) => new ArgIterator(__arglist).GetRemainingCount();
  static void Variable() => Console.WriteLine(Count(__arglist(1, 2)));
}
class Q { static Q() {} public static readonly string X = "orig"; public const int C = 4; }
