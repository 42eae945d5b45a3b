/* Structures by value: each function tells what it got by its result. */
#include <stdint.h>
#include <string.h>

#define PACKED __attribute__((packed))
typedef struct {
    union {
        int i;
        float f;
    };
    double d;
} IntOrFloat;
typedef union {
    long i;
    double f;
} LongOrDouble;
typedef struct {
    double a, b;
} Doubles;
typedef struct {
    int kind;
    union {
        void *p;
        double d;
    };
} Variant;
typedef struct PACKED {
    uint8_t a;
    int b;
    double c;
} Packed13;
typedef struct PACKED {
    uint8_t a;
    int b;
} Packed5;
typedef struct __attribute__((packed, aligned(4))) {
    int a;
    double b;
} Packed4;
typedef struct PACKED {
    float a, b, c;
} PackedFloats;
typedef struct {
    float v[3];
} Floats;
typedef struct {
    int q;
    float v[3];
} IntFloats;
typedef struct {
    double v[2];
} TwoDoubles;
typedef struct {
    uint8_t v[16];
} Bytes16;
typedef struct {
    uint8_t v[17];
} Bytes17;
typedef struct {
    uint8_t v[3];
} Bytes3;
typedef struct {
    int a;
    char pad[12];
} Sized;
typedef struct {
    float a, b;
} FF;
typedef struct {
    float a;
    int b;
} FI;
typedef struct {
    FF a;
    FI b;
} Nested;
typedef struct {
    Bytes3 a, b, c;
} Nested9;
typedef struct {
    long a;
    double b;
} LD;
typedef struct {
    int truth;
    float f;
} Flag;
typedef struct {
    const char *text;
    double d;
} Text;
typedef struct {
    char name[4];
    float v[3];
} Embedded;
typedef union {
    FF f[2];
    int i[4];
} Words;

double int_or_float(IntOrFloat u)
{
    return u.f * 10 + u.d;
}
IntOrFloat make_int_or_float(float f)
{
    return (IntOrFloat){{.f = f}, f * 2};
}
double long_or_double(LongOrDouble u, LongOrDouble v)
{
    return u.f * 10 + v.f;
}
LongOrDouble make_long_or_double(long i)
{
    return (LongOrDouble){.i = i};
}
double doubles(Doubles u)
{
    return u.a * 10 + u.b;
}
Doubles make_doubles(double a)
{
    return (Doubles){a, a + 1};
}
double variant(Variant v)
{
    return v.kind * 10 + v.d;
}
double packed13(Packed13 p, int x)
{
    return p.a * 100 + p.b * 10 + p.c + x * 1000;
}
Packed13 make_packed13(int x)
{
    return (Packed13){(uint8_t)x, x + 1, x + 2};
}
double packed5(Packed5 p, int x)
{
    return p.a * 10 + p.b + x * 100;
}
Packed5 make_packed5(int x)
{
    return (Packed5){(uint8_t)x, x + 1};
}
double packed4(Packed4 p, int x)
{
    return p.a * 10 + p.b + x * 100;
}
Packed4 make_packed4(int x)
{
    return (Packed4){x, x + 1};
}
float packed_floats(PackedFloats p)
{
    return p.a * 100 + p.b * 10 + p.c;
}
float floats(Floats a)
{
    return a.v[0] * 100 + a.v[1] * 10 + a.v[2];
}
Floats make_floats(float x)
{
    return (Floats){{x, x + 1, x + 2}};
}
float int_floats(IntFloats a)
{
    return (float)a.q * 1000 + a.v[0] * 100 + a.v[1] * 10 + a.v[2];
}
IntFloats make_int_floats(int x)
{
    return (IntFloats){x, {(float)x + 1, (float)x + 2, (float)x + 3}};
}
double two_doubles(TwoDoubles a)
{
    return a.v[0] * 10 + a.v[1];
}
int bytes16(Bytes16 a, int x)
{
    int r = x;
    for (int i = 0; i < 16; i++)
        r = r * 3 + a.v[i];
    return r;
}
int bytes17(Bytes17 a, int x)
{
    int r = x;
    for (int i = 0; i < 17; i++)
        r = r * 3 + a.v[i];
    return r;
}
Bytes17 make_bytes17(int x)
{
    Bytes17 b;
    for (int i = 0; i < 17; i++)
        b.v[i] = (uint8_t)(x + i);
    return b;
}
Bytes3 make_bytes3(int x)
{
    return (Bytes3){{(uint8_t)x, (uint8_t)(x + 1), (uint8_t)(x + 2)}};
}
int sized(Sized a, int x)
{
    return a.a * 10 + x;
}
Sized make_sized(int x)
{
    return (Sized){x, {1}};
}
double nested(Nested n)
{
    return n.a.a * 1000 + n.a.b * 100 + n.b.a * 10 + n.b.b;
}
Nested make_nested(int x)
{
    return (Nested){{(float)x, (float)x + 1}, {(float)x + 2, x + 3}};
}
int nested9(Nested9 n, int x)
{
    return n.a.v[0] * 1000 + n.b.v[1] * 100 + n.c.v[2] * 10 + x;
}
double flag(Flag f, int x)
{
    return f.truth * 100 + f.f * 10 + x;
}
Flag make_flag(int x)
{
    return (Flag){x, (float)x + 1};
}
double text(Text t, int x)
{
    return (double)strlen(t.text) * 100 + t.d * 10 + x;
}
Text make_text(double d)
{
    return (Text){NULL, d};
}
double embedded(Embedded e, int x)
{
    return (double)strlen(e.name) * 10000 + e.v[0] * 1000 + e.v[1] * 100 + e.v[2] * 10 +
           x;
}
double words(Words w)
{
    return w.i[0] * 10 + w.i[3];
}

/* All of a structure's eightbytes go into registers, or none. */
double last_integer(double d, long a, long b, long c, long e, long f, LD s, int x,
                    double y)
{
    return d + a + b + c + e + f + s.a * 10 + s.b * 100 + x * 1000 + y * 10000;
}
double no_integer(double d, long a, long b, long c, long e, long f, long g, LD s, int x,
                  double y)
{
    return d + a + b + c + e + f + g + s.a * 10 + s.b * 100 + x * 1000 + y * 10000;
}
double one_integer(Bytes16 b, long a, long c, long e, Bytes16 s, int x, double y)
{
    return b.v[15] + a + c + e + s.v[0] * 10 + s.v[15] * 100 + x * 1000 + y * 10000;
}
double one_float(Doubles a, Doubles b, Doubles c, float d, Doubles s, double y, int x)
{
    return a.a + b.a + c.b + d + s.a * 10 + s.b * 100 + x * 1000 + y * 10000;
}
Bytes17 into_memory(long a, long b, long c, long d, Bytes16 s, int x)
{
    Bytes17 r = {{0}};
    r.v[0] = (uint8_t)(a + b + c + d);
    r.v[1] = s.v[15];
    r.v[2] = (uint8_t)x;
    return r;
}

/* The other way round. */
typedef IntOrFloat (*OnIntOrFloat)(IntOrFloat u, int x);
double call_int_or_float(OnIntOrFloat f)
{
    IntOrFloat r = f((IntOrFloat){{.f = 1.5f}, 4}, 7);
    return r.f * 10 + r.d;
}
typedef Packed5 (*OnPacked5)(Packed5 p, int x, Packed13 q);
double call_packed5(OnPacked5 f)
{
    struct {
        Packed5 r;
        char behind[8];
    } at;
    memset(&at, 0x55, sizeof at);
    at.r = f((Packed5){1, 2}, 7, (Packed13){3, 4, 5});
    for (int i = 0; i < 8; i++)
        if (at.behind[i] != 0x55)
            return -1;
    return at.r.a * 10 + at.r.b;
}
typedef Floats (*OnFloats)(Floats a, IntFloats b, float c);
float call_floats(OnFloats f)
{
    Floats r = f((Floats){{1, 2, 3}}, (IntFloats){4, {5, 6, 7}}, 8);
    return r.v[0] * 100 + r.v[1] * 10 + r.v[2];
}
typedef LD (*OnMany)(double d, long a, long b, long c, long e, long f, LD s, Bytes17 t,
                     LD u, double y);
double call_many(OnMany f)
{
    LD r = f(1, 2, 3, 4, 5, 6, (LD){7, 8}, make_bytes17(1), (LD){9, 10}, 11);
    return (double)r.a * 10 + r.b;
}
typedef Flag (*OnFlag)(Flag f, Text t);
double call_flag(OnFlag f)
{
    Flag r = f((Flag){5, 2}, (Text){"four", 3});
    return r.truth * 100 + r.f;
}
OnIntOrFloat get_int_or_float(void)
{
    static IntOrFloat (*f)(IntOrFloat, int);
    extern IntOrFloat change_int_or_float(IntOrFloat, int);
    f = change_int_or_float;
    return f;
}
IntOrFloat change_int_or_float(IntOrFloat u, int x)
{
    return (IntOrFloat){{.f = u.f + (float)x}, u.d - x};
}
