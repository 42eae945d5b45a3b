// What attributes of assemblies map to types (TypeMapping), and GUIDs of types, which are
// made of names where no attribute says them.
using System.Runtime.InteropServices;
[assembly: TypeMap<G1>("one", typeof(A))]
[assembly: TypeMap<G1>("two", typeof(B), typeof(A))]
[assembly: TypeMap<G1>("list", typeof(List<int>))]
[assembly: TypeMap<G1>("nested", typeof(Outer.Inner<>))]
[assembly: TypeMap<G1>("ünï", typeof(string))]
[assembly: TypeMap<G2>("one", typeof(B))]
[assembly: TypeMap<Dup>("x", typeof(A))]
[assembly: TypeMap<Dup>("x", typeof(B))]
[assembly: TypeMapAssociation<G1>(typeof(A), typeof(PA))]
[assembly: TypeMapAssociation<G1>(typeof(B), typeof(PB))]
[assembly: TypeMapAssociation<G2>(typeof(A), typeof(PB))]
[assembly: TypeMapAssociation<Dup>(typeof(A), typeof(PB))]
[assembly: TypeMapAssociation<Dup>(typeof(A), typeof(PA))]
[assembly: TypeMapAssemblyTarget<Missing>("No.Such.Assembly")]
[assembly: TypeMapAssemblyTarget<Loop>("type_maps")]
[assembly: TypeMapAssemblyTarget<Loop>("System.Runtime")]
[assembly: TypeMap<Loop>("l", typeof(A))]
[assembly: TypeMap<NullName>(null!, typeof(A))]
[assembly: TypeMap<NullType>("n", null!)]
[assembly: TypeMapAssemblyTarget<NullAsm>(null!)]
[assembly: TypeMapAssociation<NullType>(null!, typeof(A))]

void Ext<T>(params string[] keys) {
  try { var m = TypeMapping.GetOrCreateExternalTypeMapping<T>();
    foreach (var k in keys) Console.WriteLine(k + " " + (m.TryGetValue(k, out var t) ? t : null)?.ToString());
    try { Console.WriteLine(m["nope"]); } catch (Exception e) { Console.WriteLine(e.GetType() + " " + e.Message); }
    try { Console.WriteLine(m.Count); } catch (Exception e) { Console.WriteLine(e.GetType() + " " + e.Message); }
  } catch (Exception e) { Console.WriteLine(typeof(T) + ": " + e.GetType() + " " + e.Message); }
}
void Prox<T>(params Type[] keys) {
  try { var m = TypeMapping.GetOrCreateProxyTypeMapping<T>();
    foreach (var k in keys) Console.WriteLine(k + " " + (m.TryGetValue(k, out var t) ? t : null)?.ToString());
  } catch (Exception e) { Console.WriteLine(typeof(T) + ": " + e.GetType() + " " + e.Message); }
}
Ext<G1>("one", "two", "list", "nested", "ünï", "three"); Ext<G2>("one", "two"); Ext<Dup>("x"); Ext<object>("one");
Ext<Missing>("a"); Ext<Loop>("l"); Ext<NullName>("a"); Ext<NullType>("n"); Ext<NullAsm>("a"); Ext<int>("a"); Ext<int[]>("a"); Ext<List<int>>("a");
Prox<G1>(typeof(A), typeof(B), typeof(PA)); Prox<G2>(typeof(A)); Prox<Dup>(typeof(A)); Prox<NullType>(typeof(A));
void P(Type t) { try { Console.WriteLine(t + " " + t.GUID + " " + Marshal.GenerateGuidForType(t)); } catch (Exception e) { Console.WriteLine(t + " " + e.GetType() + " " + e.Message); } }
foreach (var t in new[] { typeof(object), typeof(string), typeof(int), typeof(Empty), typeof(IFoo), typeof(IFoo2), typeof(G<>), typeof(G<int>), typeof(G<string>), typeof(int[]), typeof(int[,]), typeof(string[]), typeof(List<int>), typeof(List<>), typeof(int*), typeof(int).MakeByRefType(), typeof(D), typeof(E), typeof(WithGuid), typeof(IWithGuid), typeof(BadGuid), typeof(Derived), typeof(IGen<int>), typeof(IGen<>), typeof(Nested.Inner), typeof(List<>).GetGenericArguments()[0], typeof(delegate*<int>), typeof(Action<int,string>), typeof(void), typeof(Guid), typeof(IComparable), typeof(IEnumerable<int>), typeof(ISig), typeof(IFnptr), typeof(IConst), typeof(IHidden) }) P(t);

class A {} class B {} class PA {} class PB {} class G1 {} class G2 {} class Dup {} class Missing {} class Loop {} class NullName {} class NullType {} class NullAsm {}
class Outer { public class Inner<T> {} }
class Empty {} class Derived : WithGuid {}
interface IFoo { void M(int a, string b); int P { get; set; } event Action E; }
interface IFoo2 : IFoo { int X(ref int a, out string b, int[] c, List<int> d, params object[] e); static void S() {} }
interface IGen<T> { T M(T x); }
interface ISig { int F(Guid g, WithGuid w, DayOfWeek d); unsafe void Q(int* p, void** q); void R(decimal d, DateTime t, double x, float y, byte b, sbyte c, char e, short s, ushort us, uint ui, long l, ulong ul, IntPtr i, UIntPtr u, object o, bool bo); Nested.Inner N(Nested.Inner[] a, int[,] b); }
interface IFnptr { unsafe void F(delegate*<int, string> f, int n); unsafe delegate* unmanaged<long> G(byte b); }
interface IConst { const int Three = 3; void M(in int a, ref readonly long b); }
interface IHidden { [ComVisible(false)] void A(int x); [ComVisible(true)] void B(int x); void C<T>(T x); private void D() { } int this[int i] { get; } static readonly string S = "s"; }
class G<T> {} delegate void D(int x); enum E { A }
[Guid("12345678-1234-1234-1234-123456789abc")] class WithGuid {}
[Guid("12345678-1234-1234-1234-123456789abd")] interface IWithGuid {}
class BadGuid {}
class Nested { public class Inner {} }
