//! Numbers: each kind, both orders of bytes, in pieces, and cut off.

use std::fmt::Debug;
use std::io::ErrorKind::{Other, UnexpectedEof, WriteZero};

use reweave::io::{AsyncReadExt, AsyncWriteExt};

use super::{Fails, Gives, Takes, Waits, kind, reads, writes};

/// Writes by one method and reads by another what the standard library makes of the number.
macro_rules! numbers {
    ($($write:ident, $read:ident: $number:expr, $encode:ident;)+) => {
        #[reweave::test]
        async fn each_is_written_and_read_in_its_order() {$(
            let mut bytes = Vec::new();
            bytes.$write($number).await.unwrap();
            assert_eq!(bytes, $number.$encode(), stringify!($write));
            assert_eq!((&bytes[..]).$read().await.unwrap(), $number, stringify!($read));
        )+}

        #[reweave::test]
        async fn each_may_go_in_pieces_and_must_be_whole() {$(
            let mut slow = writes([Takes(1), Waits, Takes(1)]);
            slow.$write($number).await.unwrap();
            let bytes: &'static [u8] = slow.written.leak();
            assert_eq!(bytes, $number.$encode());
            let (first, rest) = bytes.split_at(1);
            let mut slow = reads([Gives(first), Waits, Gives(rest)]);
            same(slow.$read().await.unwrap(), $number);
            let missing = &bytes[..bytes.len() - 1];
            assert_eq!(kind((&missing[..]).$read().await), UnexpectedEof);
            assert_eq!(kind(writes([Takes(0)]).$write($number).await), WriteZero);
            assert_eq!(kind(writes([Fails(Other)]).$write($number).await), Other);
            assert_eq!(kind(reads([Fails(Other)]).$read().await), Other);
        )+}
    };
}

/// Where a number has one byte, the script ends with an empty read, which is the end, but is not asked for.
fn same<T: PartialEq + Debug>(read: T, number: T) {
    assert_eq!(read, number);
}

numbers! {
    write_u8, read_u8: 0xfe_u8, to_be_bytes;
    write_i8, read_i8: -2_i8, to_be_bytes;
    write_u16, read_u16: 0xfe02_u16, to_be_bytes;
    write_i16, read_i16: -0x102_i16, to_be_bytes;
    write_u32, read_u32: 0xfe02_0304_u32, to_be_bytes;
    write_i32, read_i32: -0x102_0304_i32, to_be_bytes;
    write_u64, read_u64: 0xfe02_0304_0506_0708_u64, to_be_bytes;
    write_i64, read_i64: -0x102_0304_0506_0708_i64, to_be_bytes;
    write_u128, read_u128: u128::MAX / 3 - 7, to_be_bytes;
    write_i128, read_i128: i128::MIN / 3 - 7, to_be_bytes;
    write_f32, read_f32: -1.5e10_f32, to_be_bytes;
    write_f64, read_f64: -1.5e100_f64, to_be_bytes;
    write_u16_le, read_u16_le: 0xfe02_u16, to_le_bytes;
    write_i16_le, read_i16_le: -0x102_i16, to_le_bytes;
    write_u32_le, read_u32_le: 0xfe02_0304_u32, to_le_bytes;
    write_i32_le, read_i32_le: -0x102_0304_i32, to_le_bytes;
    write_u64_le, read_u64_le: 0xfe02_0304_0506_0708_u64, to_le_bytes;
    write_i64_le, read_i64_le: -0x102_0304_0506_0708_i64, to_le_bytes;
    write_u128_le, read_u128_le: u128::MAX / 3 - 7, to_le_bytes;
    write_i128_le, read_i128_le: i128::MIN / 3 - 7, to_le_bytes;
    write_f32_le, read_f32_le: -1.5e10_f32, to_le_bytes;
    write_f64_le, read_f64_le: -1.5e100_f64, to_le_bytes;
}
