// Structures and functions by way of Marshal.
using System; using System.Runtime.InteropServices;
[StructLayout(LayoutKind.Sequential)] struct S { public int a; [MarshalAs(UnmanagedType.LPStr)] public string s; public double d; }
class P { delegate int F(int x);
 static void Main(){ Console.WriteLine(Marshal.SizeOf<S>()+" "+Marshal.OffsetOf<S>("d")); IntPtr p=Marshal.AllocHGlobal(Marshal.SizeOf<S>()); Marshal.StructureToPtr(new S{a=5,s="txt",d=2.5},p,false); var r=Marshal.PtrToStructure<S>(p); Console.WriteLine(r.a+r.s+r.d); Marshal.DestroyStructure<S>(p); Marshal.FreeHGlobal(p);
 F f=x=>x*2; IntPtr fp=Marshal.GetFunctionPointerForDelegate(f); var g=Marshal.GetDelegateForFunctionPointer<F>(fp); Console.WriteLine(g(21)); } }
