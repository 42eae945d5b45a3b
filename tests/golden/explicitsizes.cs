using System;
using System.Runtime.InteropServices;

// Sizes and offsets of values: what StructLayout says of size and packing, fixed buffers, and
// all of that inside other values and in arrays.
[StructLayout(LayoutKind.Explicit, Size = 12)] struct E12 { [FieldOffset(0)] public long A; [FieldOffset(8)] public int B; }
[StructLayout(LayoutKind.Explicit)] struct ENone { [FieldOffset(0)] public long A; [FieldOffset(8)] public int B; }
[StructLayout(LayoutKind.Explicit, Size = 9)] struct E9 { [FieldOffset(0)] public long A; }
[StructLayout(LayoutKind.Explicit, Size = 4)] struct ESmall { [FieldOffset(0)] public long A; }
[StructLayout(LayoutKind.Explicit, Size = 8)] struct ESmall2 { [FieldOffset(0)] public long A; [FieldOffset(8)] public byte B; }
[StructLayout(LayoutKind.Explicit, Pack = 1)] struct EP1 { [FieldOffset(0)] public long A; [FieldOffset(8)] public byte B; }
[StructLayout(LayoutKind.Explicit, Pack = 4)] struct EP4 { [FieldOffset(0)] public long A; [FieldOffset(8)] public byte B; }
[StructLayout(LayoutKind.Explicit, Pack = 4, Size = 13)] struct EP4S13 { [FieldOffset(0)] public long A; [FieldOffset(8)] public byte B; }
[StructLayout(LayoutKind.Explicit)] struct EOdd { [FieldOffset(1)] public int A; [FieldOffset(3)] public short B; }
[StructLayout(LayoutKind.Explicit)] struct EOdd2 { [FieldOffset(1)] public byte A; [FieldOffset(4)] public byte B; }
[StructLayout(LayoutKind.Explicit, Size = 1)] struct E1 { }
[StructLayout(LayoutKind.Explicit, Size = 7)] struct E7 { }
[StructLayout(LayoutKind.Sequential, Size = 12)] struct S12 { public long A; public int B; }
[StructLayout(LayoutKind.Sequential, Size = 17)] struct S17 { public long A; public int B; }
[StructLayout(LayoutKind.Sequential, Size = 3)] struct S3 { public byte A; }
[StructLayout(LayoutKind.Sequential, Size = 3)] struct S3i { public int A; }
[StructLayout(LayoutKind.Sequential, Size = 5)] struct S5i { public int A; }
[StructLayout(LayoutKind.Sequential, Size = 6)] struct S6s { public short A; }
[StructLayout(LayoutKind.Sequential, Size = 7)] struct S7s { public short A; }
[StructLayout(LayoutKind.Sequential, Size = 16)] struct S16 { }
[StructLayout(LayoutKind.Sequential, Size = 15)] struct S15 { }
[StructLayout(LayoutKind.Sequential, Pack = 1)] struct SP1 { public byte A; public long B; public short C; }
[StructLayout(LayoutKind.Sequential, Pack = 2)] struct SP2 { public byte A; public long B; public byte C; }
[StructLayout(LayoutKind.Sequential, Pack = 4)] struct SP4 { public byte A; public long B; public byte C; }
[StructLayout(LayoutKind.Sequential, Pack = 1, Size = 10)] struct SP1S10 { public byte A; public long B; }
[StructLayout(LayoutKind.Sequential, Pack = 1, Size = 12)] struct SP1S12 { public byte A; public long B; }
[StructLayout(LayoutKind.Sequential, Pack = 2, Size = 13)] struct SP2S13 { public byte A; public long B; }
[StructLayout(LayoutKind.Sequential, Pack = 1)] struct SP1R { public byte A; public string B; public short C; }
[StructLayout(LayoutKind.Sequential, Pack = 1)] struct SP1D { public byte A; public decimal B; }
unsafe struct Fixed { public fixed byte B[5]; public short C; }
unsafe struct Fixed2 { public fixed int B[3]; public byte C; }
unsafe struct Fixed3 { public byte A; public fixed long B[2]; }
unsafe struct Fixed4 { public byte A; public fixed char B[3]; public int D; }
struct Nest1 { public byte X; public E12 E; public byte Y; }
struct Nest2 { public byte X; public SP1 E; public byte Y; }
struct Nest3 { public byte X; public E9 E; public byte Y; }
struct Nest4 { public byte X; public S3 E; public byte Y; }
struct Nest5 { public byte X; public S17 E; }
struct Nest6 { public byte X; public EP4 E; public byte Y; }
struct Nest7 { public byte X; public EP1 E; public byte Y; }
struct Nest8 { public byte X; public ENone E; public byte Y; }
[StructLayout(LayoutKind.Explicit, Size = 30)] struct Nest9 { [FieldOffset(3)] public byte X; [FieldOffset(8)] public E12 E; }
struct Nest10 { public byte X; public Fixed E; public int Y; }
[StructLayout(LayoutKind.Sequential, Pack = 1)] struct Nest11 { public byte X; public E12 E; public byte Y; }
struct Empty {} struct HasEmpty { public Empty E; public int I; public Empty F; }
class Cls { public byte A; public E12 E; public byte B; }
[StructLayout(LayoutKind.Sequential, Size = 40)] class CSeq { public byte A; public int B; }
[StructLayout(LayoutKind.Explicit, Size = 40)] class CExp { [FieldOffset(4)] public int B; [FieldOffset(9)] public byte C; }
[StructLayout(LayoutKind.Explicit)] class CExp2 : CExp { [FieldOffset(0)] public int D; }
static unsafe class Program
{
 static void Size<T>() { var a = new T[2]; Console.WriteLine(typeof(T).Name + " " + Unsafe_SizeOf<T>()); }
 static int Unsafe_SizeOf<T>() { var a = new T[3]; var h = 0; try { return (int)(long)((byte*)Addr(ref a[1]) - (byte*)Addr(ref a[0])); } finally { GC.KeepAlive(a); } }
 static void* Addr<T>(ref T t) { TypedReference r = __makeref(t); return *(void**)((byte*)&r + Where); }
 static int Where;
 static void Find() { int x = 5; TypedReference r = __makeref(x); for (int i = 0; i < sizeof(TypedReference); i += 8) if (*(void**)((byte*)&r + i) == (void*)&x) Where = i; }
 static void Main() { Find();
  Size<E12>();
  Size<ENone>();
  Size<E9>();
  Size<ESmall>();
  Size<ESmall2>();
  Size<EP1>();
  Size<EP4>();
  Size<EP4S13>();
  Size<EOdd>();
  Size<EOdd2>();
  Size<E1>();
  Size<E7>();
  Size<S12>();
  Size<S17>();
  Size<S3>();
  Size<S3i>();
  Size<S5i>();
  Size<S6s>();
  Size<S7s>();
  Size<S16>();
  Size<S15>();
  Size<SP1>();
  Size<SP2>();
  Size<SP4>();
  Size<SP1S10>();
  Size<SP1S12>();
  Size<SP2S13>();
  Size<SP1R>();
  Size<SP1D>();
  Size<Fixed>();
  Size<Fixed2>();
  Size<Fixed3>();
  Size<Fixed4>();
  Size<Nest1>();
  Size<Nest2>();
  Size<Nest3>();
  Size<Nest4>();
  Size<Nest5>();
  Size<Nest6>();
  Size<Nest7>();
  Size<Nest8>();
  Size<Nest9>();
  Size<Nest10>();
  Size<Nest11>();
  Size<Empty>();
  Size<HasEmpty>();
  Nest1 n1 = new Nest1(); Console.WriteLine("Nest1 " + ((byte*)&n1.E - (byte*)&n1) + " " + (&n1.Y - (byte*)&n1));
  Nest2 n2 = new Nest2(); Console.WriteLine("Nest2 " + ((byte*)&n2.E - (byte*)&n2) + " " + (&n2.Y - (byte*)&n2));
  Nest6 n6 = new Nest6(); Console.WriteLine("Nest6 " + ((byte*)&n6.E - (byte*)&n6) + " " + (&n6.Y - (byte*)&n6));
  Nest7 n7 = new Nest7(); Console.WriteLine("Nest7 " + ((byte*)&n7.E - (byte*)&n7) + " " + (&n7.Y - (byte*)&n7));
  Nest11 n11 = new Nest11(); Console.WriteLine("Nest11 " + ((byte*)&n11.E - (byte*)&n11) + " " + (&n11.Y - (byte*)&n11));
  Console.WriteLine(sizeof(E12) + " " + sizeof(SP1) + " " + sizeof(Fixed) + " " + sizeof(Nest1));
  var e = new E12[3]; for (int i = 0; i < 3; i++) { e[i].A = -1 - i; e[i].B = i; } foreach (var x in e) Console.Write(x.A + "," + x.B + " "); Console.WriteLine();
  object o = e[1]; var u = (E12)o; Console.WriteLine(u.A + " " + u.B + " " + ((E12)Id(o)).Equals(e[1]) + " " + Ret(u).B + " " + Gen(u).A);
  var c = new Cls { A = 1, E = u, B = 2 }; Console.WriteLine(c.A + " " + c.E.A + " " + c.E.B + " " + c.B);
  var ce = new CExp2 { B = 1, C = 2, D = 3 }; Console.WriteLine(ce.B + " " + ce.C + " " + ce.D);
  ESmall es = new ESmall { A = -5 }; Console.WriteLine(es.A); SP1 sp = new SP1 { A = 1, B = -2, C = 3 }; SP1 sq = sp; Console.WriteLine(sq.A + " " + sq.B + " " + sq.C + " " + RetP(sp).B);
 }
 static object Id(object o) { return o; } static E12 Ret(E12 e) { e.B++; return e; } static SP1 RetP(SP1 e) { e.B++; return e; } static T Gen<T>(T t) { T[] a = { t, t }; return a[1]; }
}
